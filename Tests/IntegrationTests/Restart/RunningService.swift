import Foundation
import MemoryModel
import PostgresDriver
import PostgresStorage
import ServiceAssembly
import Testing

/// `mneme up` as a program, in a data directory of its own.
struct RunningService {
    /// What the supervisor runs.
    enum Part: String, CaseIterable {
        case api
        case worker
        case postgres
    }

    let cluster: TemporaryCluster
    let port: Int
    let supervisor: ChildProcess

    /// The program: `MNEME_BINARY`, or the one that the build put beside the tests.
    static func program() throws -> String {
        let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("mneme").path
        let path = ProcessInfo.processInfo.environment["MNEME_BINARY"] ?? beside
        try #require(
            FileManager.default.isExecutableFile(atPath: path),
            "\(path) is missing: ./dev test builds it, and MNEME_BINARY names another"
        )
        return path
    }

    /// Starts it and waits until it takes requests.
    static func start(in cluster: TemporaryCluster, port: Int) async throws -> RunningService {
        var environment = cluster.environment
        // The machine may be busy: no check is to depend on how fast a query is embedded.
        environment["MNEME_EMBEDDING_QUERY_PATIENCE"] = "10s"
        environment["MNEME_INDEX_PATIENCE"] = "60s"
        environment["MNEME_MODEL_DIR"] = ProcessInfo.processInfo.environment["MNEME_MODEL_DIR"]
        var specification = ProcessSpecification(
            executable: try program(),
            arguments: ["up", "--data-dir", cluster.directory.path, "--port", String(port), "--log-level", "error"],
            environment: environment
        )
        // The first key is shown there, and what is lost for a moment complained of here.
        specification.standardOutput = .discarded
        specification.standardError = .discarded
        let supervisor = try await ChildProcess.start(specification)
        let service = RunningService(cluster: cluster, port: port, supervisor: supervisor)
        try await service.waitUntilReady()
        return service
    }

    /// Waits until the API takes requests and every part runs.
    func waitUntilReady() async throws {
        while try !Part.allCases.allSatisfy({ try process(of: $0) != nil }) { try await pause() }
        while try Credentials.read(in: cluster.directory) == nil { try await pause() }
        let client = try client(patience: .zero)
        while await !client.isReady() { try await pause() }
    }

    /// Waits a moment for what the service does by itself; fails where it has ended.
    func pause() async throws {
        try #require(!supervisor.hasEnded, "mneme up has ended: is port \(port) busy?")
        try await Task.sleep(for: .milliseconds(25))
    }

    /// A client with the key of the first start.
    func client(patience: Duration = .seconds(30)) throws -> ServiceClient {
        let credentials = try #require(try Credentials.read(in: cluster.directory))
        return try ServiceClient(credentials: credentials, patience: patience)
    }

    /// Kills a part with SIGKILL and waits until it runs again.
    func crash(_ part: Part) async throws {
        var killed: Int32?
        while killed == nil {
            killed = try self.process(of: part)
            if killed == nil { try await pause() }
        }
        let process = try #require(killed)
        #expect(kill(process, SIGKILL) == 0)
        while try self.process(of: part).map({ $0 == process }) ?? true { try await pause() }
        try await waitUntilReady()
    }

    /// Runs SQL as the cluster's administrator.
    func query(_ query: PostgresQuery) async throws -> PostgresRows {
        let postgres = try await cluster.open()
        let configuration = PostgresConfiguration(connectionString: postgres.administratorURL)
        return try await PostgresAdministration.withConnection(configuration, logger: TestCluster.shared.logger) {
            try await $0.query(query)
        }
    }

    /// The one number that a query answers.
    func count(_ query: PostgresQuery) async throws -> Int64 {
        try await self.query(query).decodeOne(Int64.self)
    }

    // MARK: Processes

    /// The process of a part, where it runs now.
    func process(of part: Part) throws -> Int32? {
        Self.children(of: supervisor.identifier).first { Self.part($0) == part }
    }

    /// The supervisor's descendants that run now.
    func descendants() -> [Int32] {
        let children = Self.children(of: supervisor.identifier)
        return children + children.flatMap(Self.children)
    }

    /// Whether a process runs; one that has ended and was not collected yet does not.
    static func isRunning(_ process: Int32) -> Bool {
        guard let state = status(process)?.first else { return false }
        return state != "Z" && state != "X"
    }

    private static func part(_ process: Int32) -> Part? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return nil }
        let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let program = arguments.first else { return nil }
        if program.hasSuffix("/postgres") { return .postgres }
        return arguments.count > 1 ? Part(rawValue: arguments[1]) : nil
    }

    private static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { process in
            guard let fields = status(process), fields.count > 1 else { return false }
            return fields[0] != "Z" && fields[1] == String(parent)
        }
    }

    /// The state of a process, its parent and more, as the kernel tells them.
    private static func status(_ process: Int32) -> [String]? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The name in parentheses may hold anything.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[end...].dropFirst().split(separator: " ").map(String.init)
    }
}
