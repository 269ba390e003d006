internal import Foundation

/// Creates a cluster with its administrator and its database.
///
/// Everything happens under another name, and one rename makes it the cluster: what a kill in between leaves is
/// removed at the next start.
struct ClusterCreation {
    let installation: PostgresInstallation
    let location: ClusterLocation
    let passwordFile: String
    let environment: [String: String]

    /// What a new cluster starts with; the operator may change all of it.
    private static let firstSettings = """

        # Written by Mneme when it created this cluster; change it as you like.
        max_connections = 100
        jit = off
        log_parameter_max_length_on_error = 0
        log_timezone = 'UTC'
        logging_collector = on
        log_directory = 'log'
        log_filename = 'postgresql-%a.log'
        log_rotation_age = 1d
        log_truncate_on_rotation = on

        """

    func run() async throws(EmbeddedPostgresError) {
        let cluster = location.cluster(major: installation.major)
        let unfinished = "\(cluster).new"
        let input = "\(location.clusters)/initialisation.input"
        defer { try? FileManager.default.removeItem(atPath: input) }
        try? FileManager.default.removeItem(atPath: unfinished)

        let password = randomPassword()
        do throws(DataDirectoryError) {
            try PrivateFile.write(password, to: passwordFile)
        } catch {
            throw .folder(path: passwordFile, reason: error.description)
        }
        try write(password, to: input)
        try await run(
            "initdb",
            [
                "--pgdata", unfinished, "--username", EmbeddedPostgres.administrator, "--pwfile", input,
                "--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums",
            ]
        )
        try write("CREATE DATABASE \(EmbeddedPostgres.database);\n", to: input)
        try await run("postgres", ["--single", "-D", unfinished, "postgres"], input: input)
        do {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(unfinished)/postgresql.conf"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(Self.firstSettings.utf8))
            try file.close()
            try FileUnsafeHandle.rename(unfinished, to: cluster)
        } catch {
            throw .folder(path: cluster, reason: error.localizedDescription)
        }
    }

    private func randomPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let text = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }

    /// Writes a file that the server's user, too, can read.
    private func write(_ content: String, to path: String) throws(EmbeddedPostgresError) {
        do {
            try PrivateFile.write(content, to: path)
            if let account = location.account { try FileUnsafeHandle.changeOwner(of: path, to: account) }
        } catch {
            throw .folder(path: path, reason: error.localizedDescription)
        }
    }

    private func run(_ program: String, _ arguments: [String], input: String? = nil) async throws(EmbeddedPostgresError)
    {
        var specification = ProcessSpecification(
            executable: installation.program(program),
            arguments: arguments,
            environment: environment,
            workingDirectory: location.clusters,
            account: location.account
        )
        let file = input.flatMap { FileHandle(forReadingAtPath: $0) }
        specification.standardInput = file?.fileDescriptor
        let output: ProcessOutput
        do throws(ProcessError) {
            output = try await ProcessOutput.run(specification)
        } catch {
            throw .process(error)
        }
        try? file?.close()
        guard output.exit.isSuccess else { throw .initialisation(output: output.text) }
    }
}
