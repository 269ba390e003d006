import Foundation
import ServiceAssembly
import Testing

@Suite(.serialized)
struct EmbeddedPostgresTests {
    @Test func theFirstStartCreatesADatabaseBehindAPassword() async throws {
        try await TemporaryCluster.run { cluster in
            let postgres = try await cluster.open()
            let server = try await cluster.start(postgres)
            let settings = """
                SELECT current_database(), current_setting('server_encoding'), current_setting('data_checksums'), \
                current_setting('listen_addresses')
                """
            #expect(try await cluster.query(settings, postgres).text == "mneme|UTF8|on|\n")

            let wrong = postgres.url(user: EmbeddedPostgres.administrator, password: "wrong")
            #expect(try await !cluster.query("SELECT 1", postgres, url: wrong).exit.isSuccess)
            let none =
                "postgresql:///mneme?host=\(postgres.location.socketFolder)&user=\(EmbeddedPostgres.administrator)"
            #expect(try await !cluster.query("SELECT 1", postgres, url: none).exit.isSuccess)

            server.send(.interrupt)
            #expect(await server.exit() == .code(0))
        }
    }

    @Test func whatWasCommittedSurvivesAKillAndTheNextStartIsOrdinary() async throws {
        try await TemporaryCluster.run { cluster in
            let postgres = try await cluster.open()
            let server = try await cluster.start(postgres)
            #expect(try await cluster.query("CREATE TABLE kept AS SELECT 42 AS answer", postgres).exit.isSuccess)
            server.send(.kill)
            #expect(await server.exit() == .signal(ProcessSignal.kill.number))

            let again = try await cluster.open()
            let next = try await cluster.start(again)
            #expect(try await cluster.query("SELECT answer FROM kept", again).text == "42\n")
            next.send(.interrupt)
            #expect(await next.exit().isSuccess)
        }
    }

    @Test func aServerOfAnEarlierRunIsStoppedFirst() async throws {
        try await TemporaryCluster.run { cluster in
            let postgres = try await cluster.open()
            let earlier = try await cluster.start(postgres)
            let later = try await cluster.start(postgres)
            #expect(await earlier.exit().isSuccess)
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            later.send(.interrupt)
            #expect(await later.exit().isSuccess)
            #expect(LeftoverPostgres(cluster: postgres.cluster).processes().isEmpty)
        }
    }

    @Test func aLockFileThatNamesAForeignProcessIsNoObstacle() async throws {
        try await TemporaryCluster.run { cluster in
            let postgres = try await cluster.open()
            let stranger = try await ChildProcess.start(
                ProcessSpecification(
                    executable: "/bin/sleep",
                    arguments: ["600"],
                    environment: [:],
                    workingDirectory: "/",
                    account: postgres.location.account
                )
            )
            let lines = "\(stranger.identifier)\n\(postgres.cluster)\n1700000000\n5432\n\n\n\n"
            try lines.write(toFile: "\(postgres.cluster)/postmaster.pid", atomically: false, encoding: .utf8)
            let server = try await cluster.start(postgres)
            #expect(!stranger.hasEnded)
            stranger.send(.kill)
            server.send(.interrupt)
            #expect(await server.exit().isSuccess)
        }
    }

    @Test func aCreationThatWasCutShortIsDoneAgain() async throws {
        try await TemporaryCluster.run { cluster in
            let location = try await ClusterLocation.open(cluster.directory)
            let installed = await PostgresInstallation.installed(environment: cluster.environment)
            let newest = try #require(installed.first)
            let unfinished = "\(location.cluster(major: newest.major)).new"
            try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(fileURLWithPath: "\(unfinished)/PG_VERSION"))
            let postgres = try await cluster.open()
            let server = try await cluster.start(postgres)
            server.send(.interrupt)
            #expect(await server.exit().isSuccess)
            #expect(!FileManager.default.fileExists(atPath: unfinished))
        }
    }

    @Test func aDeepDataDirectoryHasItsSocketElsewhere() async throws {
        let deep = Array(repeating: "a-rather-long-folder-name", count: 6).joined(separator: "/")
        try await TemporaryCluster.run(in: deep) { cluster in
            let postgres = try await cluster.open()
            #expect(!postgres.location.socketFolder.hasPrefix(cluster.directory.path))
            let server = try await cluster.start(postgres)
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            server.send(.interrupt)
            #expect(await server.exit().isSuccess)
        }
    }

    @Test func aNameWithSpacesAndQuotesWorks() async throws {
        try await TemporaryCluster.run(in: #"it's a "data", dir é"#) { cluster in
            let postgres = try await cluster.open()
            let server = try await cluster.start(postgres)
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            server.send(.interrupt)
            #expect(await server.exit().isSuccess)
        }
    }

    @Test func aHomeThatPostgresCannotEnterIsNoObstacle() async throws {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        try await TemporaryCluster.run(in: "\(home)/.mneme-test-\(UUID().uuidString.prefix(8))") { cluster in
            let postgres = try await cluster.open()
            let server = try await cluster.start(postgres)
            #expect(try await cluster.query("SELECT 1", postgres).text == "1\n")
            server.send(.interrupt)
            #expect(await server.exit().isSuccess)
            // The choice is kept.
            #expect(try await cluster.open().cluster == postgres.cluster)
        }
    }

    @Test func aClusterOfAnotherMajorVersionIsLeftAlone() async throws {
        try await TemporaryCluster.run { cluster in
            let location = try await ClusterLocation.open(cluster.directory)
            let old = location.cluster(major: 14)
            try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await cluster.open() }
            guard case .otherMajorVersion(cluster: 14, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(location.majors() == [14])
        }
    }

    @Test func aMissingPasswordFileIsAClearError() async throws {
        try await TemporaryCluster.run { cluster in
            _ = try await cluster.open()
            let path = cluster.directory.file("postgres.password")
            try FileManager.default.removeItem(atPath: path)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await cluster.open() }
            #expect(error == .passwordMissing(path: path))
        }
    }
}
