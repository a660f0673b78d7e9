CREATE TABLE document (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text     text NOT NULL,
    added    timestamptz NOT NULL DEFAULT now()
);
