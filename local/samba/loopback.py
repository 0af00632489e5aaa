"""Brings the loopback interface up in a fresh network namespace, then becomes the given command.

Python, because Samba brings it along, whereas `ip` may be missing.
"""

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x1 | 0x40

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
os.execvp(sys.argv[1], sys.argv[1:])
