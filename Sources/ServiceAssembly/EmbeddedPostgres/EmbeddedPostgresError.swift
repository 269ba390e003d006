/// Why the embedded Postgres cannot run.
package enum EmbeddedPostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No server, or only too old ones.
    case notInstalled(found: [Int])

    /// The cluster was made by a major version that is not installed.
    case otherMajorVersion(cluster: Int, installed: PostgresInstallation)

    /// This process is root, which Postgres refuses to be, and there is no user `postgres` to become.
    case noAccount

    /// `initdb` failed; its output.
    case initialisation(output: String)

    /// The cluster exists and its password file does not.
    case passwordMissing(path: String)

    /// A Postgres from an earlier run does not stop.
    case leftoverProcess(identifier: Int32)

    /// A folder for the cluster or its socket cannot be used.
    case folder(path: String, reason: String)

    /// A program of Postgres cannot be started.
    case process(ProcessError)

    package var description: String {
        switch self {
        case .notInstalled(let found):
            "no Postgres server \(PostgresInstallation.oldestMajor) or newer is installed"
                + (found.isEmpty ? "" : " (only \(found.map(String.init).joined(separator: ", ")))")
                + "; on Debian and Ubuntu: apt-get install postgresql. Or set DATABASE_URL to use a server elsewhere"
        case .otherMajorVersion(let cluster, let installed):
            """
            the data directory holds a Postgres \(cluster) cluster, and Postgres \(cluster) is not installed \
            (found: \(installed.major)). Nothing was changed. Either install it again (apt-get install \
            postgresql-\(cluster)), or upgrade:
              1. install postgresql-\(cluster) beside the new one and run `mneme up` once
              2. stop it, and run pg_upgrade from \(cluster) to \(installed.major); docs/operating.md, "Upgrading \
            Postgres", has the commands
            """
        case .noAccount:
            "Postgres does not run as root, and this system has no user `postgres`; run mneme as another user, "
                + "or create it: useradd --system postgres"
        case .initialisation(let output):
            "Postgres could not create its cluster:\n\(output)"
        case .passwordMissing(let path):
            "the Postgres cluster exists but its password file \(path) is missing; restore it from a backup, "
                + "or use another --data-dir"
        case .leftoverProcess(let identifier):
            "a Postgres from an earlier run (process \(identifier)) does not stop; end it by hand and start again"
        case .folder(let path, let reason):
            "cannot use \(path) for Postgres: \(reason)"
        case .process(let error):
            error.description
        }
    }
}
