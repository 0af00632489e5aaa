#!/bin/sh
# Installs or upgrades the relay on a machine with systemd. Run as root from the unpacked relay package:
#   sh linux/install.sh
# Settings and secrets that are there already stay as they are. NODE names another node than /usr/bin/node;
# DESTDIR installs below another root and starts nothing.
set -eu

package=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
root=${DESTDIR:-}
program=$root/opt/entra-writeback
settings=$root/etc/entra-writeback
units=$root/etc/systemd/system
commands=$root/usr/local/bin
unit=entra-writeback-relay.service
node=${NODE:-/usr/bin/node}

major=$("$node" --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if [ "${major:-0}" -lt 22 ]; then
  echo "The relay needs Node 22 or later (24 is tested) as $node. Install it, or name it: NODE=/path/to/node." >&2
  exit 1
fi

install -d -m 0755 "$program" "$units" "$commands" "$settings"

# By rename, so that a relay that is running keeps the file it has started from.
for file in entra-writeback-relay.mjs entra-writeback.mjs THIRD-PARTY-NOTICES.txt; do
  install -m 0644 "$package/$file" "$program/$file.new"
  mv "$program/$file.new" "$program/$file"
done
printf '#!/bin/sh\nexec %s /opt/entra-writeback/entra-writeback.mjs "$@"\n' "$node" > "$commands/entra-writeback"
chmod 0755 "$commands/entra-writeback"
sed "s#^ExecStart=/usr/bin/node #ExecStart=$node #" "$package/linux/$unit" > "$units/$unit"
chmod 0644 "$units/$unit"

if [ ! -e "$settings/relay.yaml" ]; then
  sed -e 's#^stateDirectory: .*#stateDirectory: /var/lib/entra-writeback#' \
    -e 's#^\( *\)passwordFile: .*#\1passwordFile: /run/credentials/entra-writeback-relay.service/ldap-password#' \
    "$package/relay.sample.yaml" > "$settings/relay.yaml"
  chmod 0644 "$settings/relay.yaml"
fi
if [ ! -e "$settings/ldap-password" ]; then
  (umask 077 && : > "$settings/ldap-password")
fi

if [ -n "$root" ]; then
  exit 0
fi
systemctl daemon-reload
if [ ! -s "$settings/ldap-password" ]; then
  echo "Installed. Adapt $settings/relay.yaml, write the password into $settings/ldap-password, then:"
  echo "  systemctl enable --now $unit"
  echo "  entra-writeback check --config $settings/relay.yaml"
  exit 0
fi
systemctl enable "$unit"
systemctl restart "$unit"
systemctl --no-pager status "$unit"
