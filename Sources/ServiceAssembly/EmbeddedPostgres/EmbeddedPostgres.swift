internal import Foundation

/// The Postgres server that Mneme brings up for itself, on a Unix socket that nobody else is told of.
package struct EmbeddedPostgres: Sendable {
    /// The name of the cluster's superuser.
    package static let administrator = "mneme_admin"

    /// The name of the database.
    package static let database = "mneme"

    /// The server that runs the cluster.
    package let installation: PostgresInstallation

    /// Where the cluster and its socket are.
    package let location: ClusterLocation

    private let password: String
    private let startLog: String
    private let environment: [String: String]

    /// Chooses a server, and creates the cluster when there is none.
    ///
    /// - Parameters:
    ///   - directory: The data directory, which exists and is locked.
    ///   - environment: Where `PATH` is read from; nothing else of it reaches Postgres.
    ///   - willCreate: Called before a cluster is created, which takes some seconds.
    /// - Returns: The cluster with its server, not started.
    /// - Throws: ``EmbeddedPostgresError`` with the reason and what to do about it.
    package static func open(
        in directory: DataDirectory,
        environment: [String: String],
        willCreate: (PostgresInstallation) -> Void
    ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
        let location = try await ClusterLocation.open(directory)
        let installation = try PostgresInstallation.choose(
            from: await PostgresInstallation.installed(environment: environment),
            clusters: location.majors()
        )
        // Only what Postgres needs: its own variables in the caller's environment would reach it too.
        let clean = ["PATH": environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
        let passwordFile = directory.file("postgres.password")
        if !location.majors().contains(installation.major) {
            willCreate(installation)
            let creation = ClusterCreation(
                installation: installation,
                location: location,
                passwordFile: passwordFile,
                environment: clean
            )
            try await creation.run()
        }
        return EmbeddedPostgres(
            installation: installation,
            location: location,
            password: try readPassword(passwordFile),
            startLog: directory.file("postgres.log"),
            environment: clean
        )
    }

    /// The folder of the cluster.
    package var cluster: String { location.cluster(major: installation.major) }

    /// The connection string of the superuser.
    package var administratorURL: String { url(user: Self.administrator, password: password) }

    /// The connection string of a role of the cluster.
    package func url(user: String, password: String) -> String {
        let host = percentEncoded(location.socketFolder)
        return "postgresql:///\(Self.database)?host=\(host)&port=\(ClusterLocation.port)"
            + "&user=\(percentEncoded(user))&password=\(percentEncoded(password))"
    }

    /// Stops leftovers of an earlier run and starts the server.
    ///
    /// - Returns: The server's process, which may not accept connections yet.
    package func start() async throws(EmbeddedPostgresError) -> ChildProcess {
        try await LeftoverPostgres(cluster: cluster).stop(clock: ContinuousClock())
        var specification = ProcessSpecification(
            executable: installation.program("postgres"),
            arguments: ["-D", cluster] + settings.flatMap { ["-c", "\($0)=\($1)"] },
            environment: environment,
            workingDirectory: location.clusters,
            account: location.account,
            parentDeathSignal: .interrupt
        )
        // Holds what the server says before its own log files are open.
        let log: FileHandle
        do {
            try? FileManager.default.removeItem(atPath: startLog)
            log = FileHandle(fileDescriptor: try FileUnsafeHandle.createPrivate(startLog), closeOnDealloc: true)
        } catch {
            throw .folder(path: startLog, reason: error.localizedDescription)
        }
        specification.standardOutput = .descriptor(log.fileDescriptor)
        specification.standardError = .descriptor(log.fileDescriptor)
        defer { try? log.close() }
        do throws(ProcessError) {
            return try await ChildProcess.start(specification)
        } catch {
            throw .process(error)
        }
    }

    /// Whether the server accepts connections now.
    package func isReady() async -> Bool {
        let specification = ProcessSpecification(
            executable: installation.program("pg_isready"),
            arguments: [
                "--host", location.socketFolder, "--port", String(ClusterLocation.port),
                "--dbname", Self.database, "--username", Self.administrator, "--timeout", "2",
            ],
            environment: environment,
            workingDirectory: "/"
        )
        return (try? await ProcessOutput.run(specification))?.exit.isSuccess ?? false
    }

    /// What the server said while it started: the reason when it did not.
    package func startMessages() -> String? {
        FileManager.default.contents(atPath: startLog).map { String(decoding: $0.suffix(4_096), as: UTF8.self) }
    }

    /// Settings that Mneme relies on; all others are the operator's, in the cluster's own postgresql.conf.
    private var settings: [(String, String)] {
        let folder = location.socketFolder.replacing("\"", with: "\"\"")
        return [
            ("listen_addresses", ""),
            ("port", String(ClusterLocation.port)),
            ("unix_socket_directories", "\"\(folder)\""),
            ("unix_socket_permissions", "0700"),
            ("timezone", "UTC"),
        ]
    }

    private static func readPassword(_ path: String) throws(EmbeddedPostgresError) -> String {
        let password: String?
        do throws(DataDirectoryError) {
            password = try PrivateFile.read(path)
        } catch {
            throw .folder(path: path, reason: error.description)
        }
        guard let password else { throw .passwordMissing(path: path) }
        return password
    }

    private func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || byte == 0x5f)
            return isPlain
                ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
