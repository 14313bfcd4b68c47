#!/usr/bin/env bash
# Runs a command against moto, an AWS emulator in Python: installs it once into .sluice/, starts it on a free port of this
# machine, gives the command its address in AWS_ENDPOINT_URL, and ends it.
#   scripts/with-moto.sh npm run test:engine
set -euo pipefail

version=5.2.5
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.sluice/moto-$version
. "$root/scripts/on-emulator.sh"

if [[ ! -e $home/installed ]]; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "moto[server,dynamodb,s3,sqs]==$version"
  touch "$home/installed"
fi

port=$(free_port "$home/bin/python")
data=$(mktemp -d)
log=$data/moto.log
MOTO_ACCOUNT_ID=000000000000 "$home/bin/python" "$root/scripts/moto-server.py" -H 127.0.0.1 -p "$port" >"$log" 2>&1 &
server=$!

run_on moto /moto-api/data.json "$@"
