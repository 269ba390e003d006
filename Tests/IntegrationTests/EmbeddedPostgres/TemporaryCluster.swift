import Foundation
import ServiceAssembly
import Testing

/// A data directory of one test, with an embedded Postgres that is stopped and removed at the end.
struct TemporaryCluster {
    let directory: DataDirectory
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]

    /// Runs a test in a folder of its own.
    ///
    /// - Parameters:
    ///   - path: The data directory, below the temporary folder or absolute.
    ///   - body: The test.
    /// - Throws: What the test throws.
    static func run(in path: String? = nil, _ body: (TemporaryCluster) async throws -> Void) async throws {
        let root = URL(fileURLWithPath: "/tmp/mneme-\(UUID().uuidString.prefix(8))")
        let directory = DataDirectory(path: path.map { $0.hasPrefix("/") ? $0 : "\(root.path)/\($0)" } ?? root.path)
        let outermost = path?.hasPrefix("/") == true ? directory.path : root.path
        try FileManager.default.createDirectory(
            atPath: root.path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o711]
        )
        try directory.create()
        let cluster = TemporaryCluster(directory: directory)
        let result: Result<Void, any Error>
        do { result = .success(try await body(cluster)) } catch { result = .failure(error) }

        let clusters = URL(fileURLWithPath: directory.file("postgres")).resolvingSymlinksInPath().path
        for major in (try? FileManager.default.contentsOfDirectory(atPath: clusters)) ?? [] where Int(major) != nil {
            try await LeftoverPostgres(cluster: "\(clusters)/\(major)").stop(clock: ContinuousClock())
        }
        let sockets = ClusterLocation.socketFolderPath(for: clusters, isRoot: UserAccount.currentIsRoot)
        for folder in [clusters, sockets, outermost, root.path] { try? FileManager.default.removeItem(atPath: folder) }
        try result.get()
    }

    /// Opens the cluster, which is created at first.
    func open() async throws -> EmbeddedPostgres {
        try await EmbeddedPostgres.open(in: directory, environment: environment) { _ in }
    }

    /// Starts the server and waits until it accepts connections.
    func start(_ postgres: EmbeddedPostgres) async throws -> ChildProcess {
        let server = try await postgres.start()
        while !(await postgres.isReady()) {
            try #require(!server.hasEnded, "\(postgres.startMessages() ?? "no messages")")
            try await Task.sleep(for: .milliseconds(20))
        }
        return server
    }

    /// Runs SQL as the administrator, or at another connection string.
    func query(_ sql: String, _ postgres: EmbeddedPostgres, url: String? = nil) async throws -> ProcessOutput {
        try await ProcessOutput.run(
            ProcessSpecification(
                executable: postgres.installation.program("psql"),
                arguments: ["-XAtqw", "-v", "ON_ERROR_STOP=1", "-c", sql, url ?? postgres.administratorURL],
                environment: environment
            )
        )
    }
}
