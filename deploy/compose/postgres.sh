#!/bin/sh
# A PostgreSQL with the user and the database that POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB name.
set -eu
programs=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
mkdir -p "$data"
chown postgres "$data"
chmod 700 "$data"
as_owner() { runuser -u postgres -- "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
    # As a file, since another user's standard input cannot be opened by its name.
    password=$(mktemp)
    echo "$POSTGRES_PASSWORD" > "$password"
    chown postgres "$password"
    as_owner "$programs/initdb" -D "$data" -A scram-sha-256 -U "$POSTGRES_USER" --pwfile="$password" >/dev/null
    rm "$password"
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | as_owner "$programs/postgres" --single -D "$data" postgres >/dev/null
fi
exec runuser -u postgres -- "$programs/postgres" -D "$data" -c 'listen_addresses=*'
