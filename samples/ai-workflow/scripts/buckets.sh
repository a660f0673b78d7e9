#!/bin/sh
# Makes the buckets that are not there yet.
set -eu
mc alias set store "$S3_ENDPOINT" "$S3_ACCESS_KEY" "$(cat /run/secrets/minio_root_password)"
for bucket in $BUCKETS; do
    mc mb --ignore-existing "store/$bucket"
done
mc ilm rule ls store/exports >/dev/null 2>&1 || mc ilm rule add --expire-days 30 store/exports
