#!/bin/bash
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-'SQL'
	CREATE ROLE reporting LOGIN PASSWORD 'reporting-sample-only';
	GRANT pg_read_all_data TO reporting;
SQL
