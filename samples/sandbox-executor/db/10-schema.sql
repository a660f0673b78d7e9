CREATE TABLE job (
    id         uuid PRIMARY KEY,
    language   text NOT NULL CHECK (language IN ('python', 'node')),
    source     text NOT NULL,
    submitted  timestamptz NOT NULL DEFAULT now(),
    finished   timestamptz,
    exit_code  integer,
    output     text
);

CREATE INDEX job_submitted ON job (submitted);
