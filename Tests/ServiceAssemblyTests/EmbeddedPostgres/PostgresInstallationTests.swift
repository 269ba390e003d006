import ServiceAssembly
import Testing

struct PostgresInstallationTests {
    private static func installation(_ major: Int) -> PostgresInstallation {
        PostgresInstallation(binaries: "/usr/lib/postgresql/\(major)/bin", major: major)
    }

    private static let all = [13, 15, 17, 16].map { installation($0) }

    @Test func aNewClusterTakesTheNewestServer() throws {
        #expect(try PostgresInstallation.choose(from: Self.all, clusters: []).major == 17)
    }

    @Test func anExistingClusterKeepsItsServer() throws {
        #expect(try PostgresInstallation.choose(from: Self.all, clusters: [15]).major == 15)
        #expect(try PostgresInstallation.choose(from: Self.all, clusters: [15, 16]).major == 16)
    }

    @Test func aClusterOfAMissingServerIsRefusedWithTheStepsToTake() {
        let error = #expect(throws: EmbeddedPostgresError.self) {
            try PostgresInstallation.choose(from: [Self.installation(17)], clusters: [15])
        }
        #expect(error == .otherMajorVersion(cluster: 15, installed: Self.installation(17)))
        #expect(error?.description.contains("pg_upgrade from 15 to 17") == true)
    }

    @Test func anOldServerDoesNotCount() {
        #expect(throws: EmbeddedPostgresError.notInstalled(found: [13])) {
            try PostgresInstallation.choose(from: [Self.installation(13)], clusters: [])
        }
    }

    @Test(arguments: [
        ("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", 15), ("postgres (PostgreSQL) 17.0", 17),
        ("postgres (PostgreSQL) 19devel", 19),
    ])
    func theMajorVersionIsRead(answer: String, major: Int) {
        #expect(PostgresInstallation.majorVersion(in: answer) == major)
    }
}
