"""A PostgreSQL of the tests' own: made in a new folder, on a socket there, ended at the end.
PostgreSQL refuses to run as root; then the user `postgres` of Debian's package runs it."""
import glob
import os
import pathlib
import shutil
import subprocess
import tempfile


def _programs():
    found = sorted(glob.glob('/usr/lib/postgresql/*/bin'))
    if not found:
        raise RuntimeError('no PostgreSQL: ./scripts/install.sh erp')
    return pathlib.Path(found[-1])


class Cluster:
    def __init__(self):
        self.bin = _programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='probity-pg-'))
        self.as_user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, 'postgres')
            self.as_user = ['runuser', '-u', 'postgres', '--']
        self._run('initdb', '-D', self.folder / 'data', '-U', 'tryton', '-A', 'trust',
                  '-E', 'UTF8', '--no-sync')
        # Only a socket: no port is taken from anybody.
        self._run('pg_ctl', '-D', self.folder / 'data', '-l', self.folder / 'log', '-w', '-o',
                  f"-c listen_addresses='' -k {self.folder} -c fsync=off", 'start')
        os.environ.update({
            'PATH': f"{self.bin}:{os.environ['PATH']}",  # pg_dump and pg_restore, for DB_CACHE
            'PGHOST': str(self.folder), 'PGUSER': 'tryton',
            'TRYTOND_DATABASE_URI': 'postgresql://'})

    def _run(self, program, *arguments):
        done = subprocess.run(
            [*self.as_user, self.bin / program, *map(str, arguments)], cwd='/', text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            log = self.folder / 'log'
            raise RuntimeError(f'{program}: {done.stderr}{log.read_text() if log.exists() else ""}')

    def stop(self):
        self._run('pg_ctl', '-D', self.folder / 'data', '-m', 'immediate', '-w', 'stop')
        shutil.rmtree(self.folder, ignore_errors=True)
