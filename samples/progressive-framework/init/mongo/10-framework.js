// Runs once, as root, in the database of MONGO_INITDB_DATABASE.
db.createUser({
  user: "framework",
  pwd: "framework-app",
  roles: [{ role: "readWrite", db: "framework" }],
});
db.createCollection("memories");
db.memories.createIndex({ agent: 1, at: -1 });
db.memories.createIndex({ at: 1 }, { expireAfterSeconds: 60 * 60 * 24 * 90 });
