#!/usr/bin/env bash
set -euo pipefail
PGPASSWORD="$(cat /run/secrets/postgres_password)"
export PGPASSWORD
pg_dump --format custom --file "/backups/workflow-$(date +%F).dump"
find /backups -name 'workflow-*.dump' -mtime +14 -delete
