#!/usr/bin/env bash
# Runs a small LDAP directory with the people of `people.ldif` on 127.0.0.1:1389, without root, until Ctrl-C.
# Its files lie in a temporary folder that is removed at the end. LDAP_PORT names another port; tell Deskgraph by
# DESKGRAPH_SOURCE__1__URL=ldap://127.0.0.1:PORT then.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=${LDAP_PORT:-1389}
PATH=$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/local/libexec:/usr/lib/openldap

if ! command -v slapd > /dev/null || ! command -v slapadd > /dev/null; then
  echo 'slapd is missing. Debian, Ubuntu: apt-get install slapd; Fedora: dnf install openldap-servers; Arch: pacman -S openldap' >&2
  exit 1
fi

schema=
for folder in /etc/ldap/schema /etc/openldap/schema /usr/local/etc/openldap/schema; do
  [[ ! -r $folder/inetorgperson.schema ]] || schema=$folder
done
if [[ -z $schema ]]; then
  echo 'the schema files of OpenLDAP are missing: inetorgperson.schema is not in /etc/ldap/schema' >&2
  exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/data"
{
  for name in core cosine inetorgperson; do
    echo "include $schema/$name.schema"
  done
  # Where the database is not built in it is a module.
  for modules in /usr/lib/ldap /usr/lib64/openldap /usr/lib/openldap /usr/local/libexec/openldap; do
    if [[ -e $modules/back_mdb.so || -e $modules/back_mdb.la ]]; then
      echo "modulepath $modules"
      echo 'moduleload back_mdb'
      break
    fi
  done
  cat "$here/slapd.conf"
  echo "directory $folder/data"
} > "$folder/slapd.conf"

slapadd -q -f "$folder/slapd.conf" -l "$here/people.ldif"
slapd -d 0 -f "$folder/slapd.conf" -h "ldap://127.0.0.1:$port/" &
slapd=$!
stopped=
trap 'stopped=yes; kill "$slapd" 2> /dev/null || true' INT TERM
until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
  if ! kill -0 "$slapd" 2> /dev/null; then
    echo "slapd did not start: is port $port in use?" >&2
    exit 1
  fi
  sleep 0.1
done
echo "The directory is on ldap://127.0.0.1:$port; Ctrl-C ends it."
# Interrupted by a signal it returns before slapd has ended.
wait "$slapd" || wait "$slapd" || [[ $stopped ]]
