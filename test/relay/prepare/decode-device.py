"""Reads one device with Samba's own LDAP client and decoders, which share nothing with the code under test, and prints JSON."""

import json
import os
import sys
import uuid

import ldb
from samba.auth import system_session
from samba.credentials import Credentials
from samba.dcerpc import misc, security
from samba.ndr import ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

url, ca, bind_dn, device = sys.argv[1:5]
parameters = LoadParm()
parameters.set("tls cafile", ca)
parameters.set("tls verify peer", "ca_only")
credentials = Credentials()
credentials.set_bind_dn(bind_dn)
credentials.set_password(os.environ["DECODE_PASSWORD"])
database = SamDB(url=url, session_info=system_session(parameters), credentials=credentials, lp=parameters)
(entry,) = database.search(base=device, scope=ldb.SCOPE_BASE)


def sids(name):
    return sorted(str(ndr_unpack(security.dom_sid, value)) for value in entry.get(name, []))


def text(name):
    return str(entry[name][0])


kept_by_ad = {
    "dn",
    "objectClass",
    "objectCategory",
    "objectGUID",
    "instanceType",
    "distinguishedName",
    "name",
    "showInAdvancedViewOnly",
    "uSNCreated",
    "uSNChanged",
    "whenCreated",
    "whenChanged",
}

print(
    json.dumps(
        {
            "deviceId": str(uuid.UUID(bytes_le=bytes(entry["msDS-DeviceID"][0]))),
            "deviceIdBySamba": str(ndr_unpack(misc.GUID, entry["msDS-DeviceID"][0])),
            "anchor": bytes(entry["msDS-CloudAnchor"][0]).decode("utf-8"),
            "keys": [str(value) for value in entry["altSecurityIdentities"]],
            "displayName": str(entry["displayName"][0]),
            "enabled": str(entry["msDS-IsEnabled"][0]),
            "owner": sids("msDS-RegisteredOwner"),
            "users": sids("msDS-RegisteredUsers"),
            "systemType": text("msDS-DeviceOSType"),
            "systemVersion": text("msDS-DeviceOSVersion"),
            "objectVersion": int(text("msDS-DeviceObjectVersion")),
            "managed": text("msDS-IsManaged"),
            "managedByCloud": text("msDS-CloudIsManaged"),
            "compliant": text("msDS-IsCompliant"),
            "names": sorted(set(entry.keys()) - kept_by_ad),
            "physicalIds": sorted(str(value) for value in entry["msDS-DevicePhysicalIDs"]),
        }
    )
)
