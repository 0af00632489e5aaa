/** The environment with the folders of system programs in PATH: ordinary users often lack them, and samba is in one. */
export function withSystemPath(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, PATH: `${environment.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin` };
}

/** Samba's Python modules are only visible to the system's own Python, whatever else PATH may offer. */
export const systemPython = '/usr/bin/python3';
