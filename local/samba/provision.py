"""Fills an empty folder with the databases of a new AD domain.

Called by provision.ts with one JSON argument:
  {"folder", "realm", "domain", "host", "password", "schema"}

Samba's own `samba-tool domain provision` cannot be used: Debian's 4.17 ships the Windows Server 2016
schema but does not offer it, and the command insists on file system ACLs that only root may set.
"""

import json
import logging
import os
import sys

from samba import provision
from samba.auth import system_session
from samba.param import LoadParm
from samba.schema import Schema

WINDOWS_2016 = (
    "AD_DS_Attributes__Windows_Server_2016.ldf",
    "AD_DS_Classes__Windows_Server_2016.ldf",
    87,
)


def main(wish):
    Schema.base_schemas.setdefault("2016", WINDOWS_2016)
    folder = wish["folder"]
    # An own, empty configuration file: without one Samba merges the machine's /etc/samba/smb.conf.
    conf = os.path.join(folder, "provision.conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write("[global]\n")
    parameters = LoadParm()
    parameters.load(conf)
    provision.provision(
        logging.getLogger("provision"),
        system_session(),
        lp=parameters,
        smbconf=conf,
        targetdir=folder,
        samdb_fill=provision.FILL_FULL,
        serverrole="active directory domain controller",
        realm=wish["realm"],
        domain=wish["domain"],
        hostname=wish["host"],
        hostip="127.0.0.1",
        adminpass=wish["password"],
        dns_backend="NONE",
        base_schema=wish["schema"],
        dom_for_fun_level=provision.DS_DOMAIN_FUNCTION_2008_R2,
        skip_sysvolacl=True,
    )


main(json.loads(sys.argv[1]))
