#!/bin/sh
# The api gets a role of its own, which can neither delete nor change the schema.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$(cat /run/secrets/db_api_password)" <<'SQL'
CREATE ROLE sandbox_api LOGIN PASSWORD :'password';
GRANT SELECT, INSERT, UPDATE ON job TO sandbox_api;
SQL
