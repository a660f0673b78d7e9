CREATE INDEX document_added ON document (added DESC);
