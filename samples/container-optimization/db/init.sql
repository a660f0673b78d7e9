CREATE TABLE conversations (
    id serial PRIMARY KEY,
    started timestamp DEFAULT now(),
    messages jsonb DEFAULT '[]'
);
CREATE TABLE settings (key text PRIMARY KEY, value text);
INSERT INTO settings VALUES ('model', 'tinyllama'), ('temperature', '0.7');
