internal import Foundation

/// A Postgres server that is installed on this machine.
package struct PostgresInstallation: Sendable, Hashable {
    /// The folder of `postgres`, `initdb` and the others.
    package let binaries: String

    /// The major version, such as 15.
    package let major: Int

    /// The oldest major version that Mneme works with.
    package static let oldestMajor = 15

    /// Creates a description of an installation.
    package init(binaries: String, major: Int) {
        self.binaries = binaries
        self.major = major
    }

    /// The path of one of its programs.
    package func program(_ name: String) -> String { "\(binaries)/\(name)" }

    /// All servers in the usual places, the newest first.
    package static func installed(environment: [String: String]) async -> [PostgresInstallation] {
        var folders: Set<String> = []
        for parent in ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/postgresql"] {
            for version in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
                folders.insert("\(parent)/\(version)/bin")
            }
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where !folder.isEmpty {
            folders.insert(String(folder))
            let configuration = "\(folder)/pg_config"
            guard FileManager.default.isExecutableFile(atPath: configuration) else { continue }
            let answer = await firstLine(of: configuration, ["--bindir"], environment: environment)
            if let answer { folders.insert(answer) }
        }
        var found: [PostgresInstallation] = []
        for folder in folders.sorted() {
            let complete = ["postgres", "initdb", "pg_isready"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
            guard complete,
                let answer = await firstLine(of: "\(folder)/postgres", ["--version"], environment: environment),
                let major = majorVersion(in: answer)
            else { continue }
            found.append(PostgresInstallation(binaries: folder, major: major))
        }
        return found.sorted { $0.major > $1.major }
    }

    /// Chooses the server for a data directory.
    ///
    /// A cluster that exists is only ever opened by its own major version; a new one takes the newest.
    ///
    /// - Parameters:
    ///   - installed: What this machine has.
    ///   - clusters: The major versions of the clusters in the data directory.
    /// - Returns: One of the installed servers.
    /// - Throws: ``EmbeddedPostgresError`` when none is new enough, or none is of the cluster's version.
    package static func choose(
        from installed: [PostgresInstallation],
        clusters: [Int]
    ) throws(EmbeddedPostgresError) -> PostgresInstallation {
        let usable = installed.filter { $0.major >= oldestMajor }.sorted { $0.major > $1.major }
        guard let newest = usable.first else {
            throw .notInstalled(found: installed.map(\.major))
        }
        guard let current = clusters.max() else { return newest }
        guard let match = usable.first(where: { $0.major == current }) else {
            throw .otherMajorVersion(cluster: current, installed: newest)
        }
        return match
    }

    /// The major version in the answer of `postgres --version`, such as `postgres (PostgreSQL) 15`.
    package static func majorVersion(in answer: String) -> Int? {
        guard let start = answer.firstIndex(where: \.isNumber) else { return nil }
        return Int(answer[start...].prefix(while: \.isNumber))
    }

    private static func firstLine(
        of program: String,
        _ arguments: [String],
        environment: [String: String]
    ) async -> String? {
        let specification = ProcessSpecification(executable: program, arguments: arguments, environment: environment)
        guard let output = try? await ProcessOutput.run(specification), output.exit.isSuccess else { return nil }
        return output.text.split(separator: "\n").first.map(String.init)
    }
}
