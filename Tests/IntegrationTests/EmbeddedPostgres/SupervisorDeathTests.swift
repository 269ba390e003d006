import Foundation
import ServiceAssembly
import Testing

/// `mneme up` as a program: what is left when it is stopped in every way.
@Suite(.serialized)
struct SupervisorDeathTests {
    /// The program, which the build puts beside the tests.
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("mneme").path

    private static func up(_ cluster: TemporaryCluster) -> ProcessSpecification {
        ProcessSpecification(
            executable: program,
            arguments: ["up", "--data-dir", cluster.directory.path, "--port", "0"],
            environment: cluster.environment
        )
    }

    /// Starts the program and waits until its Postgres answers.
    private static func start(_ cluster: TemporaryCluster) async throws -> (ChildProcess, EmbeddedPostgres) {
        var specification = up(cluster)
        try Data().write(to: URL(fileURLWithPath: log(cluster)))
        let output = try #require(FileHandle(forWritingAtPath: log(cluster)))
        specification.standardError = .descriptor(output.fileDescriptor)
        let supervisor = try await ChildProcess.start(specification)
        let password = cluster.directory.file("postgres.password")
        let location = try await ClusterLocation.open(cluster.directory)
        while location.majors().isEmpty || !FileManager.default.fileExists(atPath: password) {
            try requireRunning(supervisor, cluster)
            try await Task.sleep(for: .milliseconds(20))
        }
        let postgres = try await cluster.open()
        while !(await postgres.isReady()) {
            try requireRunning(supervisor, cluster)
            try await Task.sleep(for: .milliseconds(20))
        }
        return (supervisor, postgres)
    }

    private static func log(_ cluster: TemporaryCluster) -> String { cluster.directory.file("log") }

    private static func requireRunning(_ supervisor: ChildProcess, _ cluster: TemporaryCluster) throws {
        let words = FileManager.default.contents(atPath: log(cluster)).map { String(decoding: $0, as: UTF8.self) }
        try #require(!supervisor.hasEnded, "it ended by itself: \(words ?? "")")
    }

    private static func awaitEnd(of postgres: EmbeddedPostgres) async throws {
        let leftover = LeftoverPostgres(cluster: postgres.cluster)
        while !leftover.processes().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [ProcessSignal.interrupt, .terminate])
    func aStopLeavesNothingBehind(signal: ProcessSignal) async throws {
        try await TemporaryCluster.run { cluster in
            let (supervisor, postgres) = try await Self.start(cluster)
            supervisor.send(signal)
            #expect(await supervisor.exit() == .code(0))
            #expect(LeftoverPostgres(cluster: postgres.cluster).processes().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aKillLeavesNothingBehindAndTheNextStartWorks() async throws {
        try await TemporaryCluster.run { cluster in
            for _ in 0..<3 {
                let (supervisor, postgres) = try await Self.start(cluster)
                supervisor.send(.kill)
                #expect(await supervisor.exit() == .signal(ProcessSignal.kill.number))
                try await Self.awaitEnd(of: postgres)
            }
            let (supervisor, _) = try await Self.start(cluster)
            supervisor.send(.terminate)
            #expect(await supervisor.exit() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aKilledSupervisorIsReplacedWhileItsPostgresStillStops() async throws {
        try await TemporaryCluster.run { cluster in
            let (first, _) = try await Self.start(cluster)
            first.send(.kill)
            _ = await first.exit()
            let (second, postgres) = try await Self.start(cluster)
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            second.send(.terminate)
            #expect(await second.exit() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aSecondSupervisorIsRefusedAndTheFirstUnharmed() async throws {
        try await TemporaryCluster.run { cluster in
            let (first, postgres) = try await Self.start(cluster)
            let second = try await ProcessOutput.run(Self.up(cluster))
            #expect(second.exit == .code(ServiceExit.configuration))
            #expect(second.text.contains("in use by another mneme (process \(first.identifier))"))
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            first.send(.terminate)
            #expect(await first.exit() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aKilledPostgresRunsAgain() async throws {
        try await TemporaryCluster.run { cluster in
            let (supervisor, postgres) = try await Self.start(cluster)
            let before = try await cluster.query("SELECT pg_postmaster_start_time()", postgres).text
            let file = try String(contentsOfFile: "\(postgres.cluster)/postmaster.pid", encoding: .utf8)
            let identifier = try #require(file.split(separator: "\n").first.flatMap { Int32($0) })
            #expect(kill(identifier, SIGKILL) == 0)
            var after = before
            while after == before || after.isEmpty || after.contains("error") {
                try Self.requireRunning(supervisor, cluster)
                after = try await cluster.query("SELECT pg_postmaster_start_time()", postgres).text
            }
            supervisor.send(.terminate)
            #expect(await supervisor.exit() == .code(0))
        }
    }
}
