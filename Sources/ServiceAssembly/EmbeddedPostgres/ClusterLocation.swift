internal import Foundation

/// Where the clusters of a data directory are, who runs them, and where their socket is.
///
/// Postgres refuses to run as root. When this process is root, the server runs as the system's user `postgres`, and that
/// user may be unable to pass through the folders above the data directory (`/root`, say). Then the clusters are under
/// `/var/lib/mneme/<random>`, and `postgres` in the data directory is a link to that folder, so the choice is made once.
package struct ClusterLocation: Sendable, Hashable {
    /// The folder with a cluster for each major version, all links resolved.
    package let clusters: String

    /// The folder of the server's socket.
    package let socketFolder: String

    /// The user to run the server as; nil for the current one.
    package let account: UserAccount?

    /// The most bytes that the path of a Unix socket may have.
    package static let longestSocketPath = 107

    /// The server's port, which on a Unix socket is only part of a file name.
    package static let port = 5432

    private static let sharedParent = "/var/lib/mneme"

    /// Finds the location, or makes it at first use.
    package static func open(_ directory: DataDirectory) async throws(EmbeddedPostgresError) -> ClusterLocation {
        var account: UserAccount?
        if UserAccount.currentIsRoot {
            account = AccountsUnsafeHandle.account(named: "postgres")
            guard account != nil else { throw .noAccount }
        }
        let path = directory.file("postgres")
        if !FileManager.default.fileExists(atPath: path) {
            try await create(path, in: directory, for: account)
        }
        let clusters = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let owner = account?.user ?? UserAccount.currentUser
        guard let folder = FileUnsafeHandle.folder(clusters), folder.owner == owner else {
            throw .folder(
                path: path,
                reason: "it belongs to another user, as when mneme ran once as root and once not"
            )
        }
        return ClusterLocation(
            clusters: clusters,
            socketFolder: try socketFolder(for: clusters, account: account),
            account: account
        )
    }

    /// The folder of the cluster of one major version.
    package func cluster(major: Int) -> String { "\(clusters)/\(major)" }

    /// The major versions that have a cluster here.
    package func majors() -> [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: clusters)) ?? []).compactMap(Int.init).sorted()
    }

    /// Where the socket of a cluster goes: beside it, or in a system folder when a socket cannot have that path.
    ///
    /// - Parameters:
    ///   - clusters: The folder of the clusters.
    ///   - isRoot: Whether this process may write to `/run`.
    /// - Returns: A path; nothing is created.
    package static func socketFolderPath(for clusters: String, isRoot: Bool) -> String {
        let beside = "\(clusters)/run"
        // To libpq a comma separates hosts.
        let isUsable = "\(beside)/.s.PGSQL.\(port)".utf8.count <= longestSocketPath && !beside.contains(",")
        if isUsable { return beside }
        // FNV-1a: another folder for every path, and the same one at the next start.
        let hash = clusters.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(isRoot ? "/run" : "/tmp")/mneme-\(String(hash, radix: 16))"
    }

    private static func create(
        _ path: String,
        in directory: DataDirectory,
        for account: UserAccount?
    ) async throws(EmbeddedPostgresError) {
        do {
            guard let account else {
                try FileUnsafeHandle.createFolder(path, permissions: 0o700)
                return
            }
            var folder = path
            if await !canReach(directory.path, as: account) {
                try FileUnsafeHandle.createFolder(sharedParent, permissions: 0o755)
                folder = "\(sharedParent)/\(String(UInt64.random(in: .min ... .max), radix: 16))"
            }
            try FileUnsafeHandle.createFolder(folder, permissions: 0o700)
            try FileUnsafeHandle.changeOwner(of: folder, to: account)
            if folder != path {
                try? FileManager.default.removeItem(atPath: path)
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder)
            }
        } catch {
            throw .folder(path: path, reason: error.localizedDescription)
        }
    }

    /// Whether a user may pass through a folder, which only the system itself can answer.
    private static func canReach(_ path: String, as account: UserAccount) async -> Bool {
        let specification = ProcessSpecification(
            executable: "/usr/bin/test",
            arguments: ["-x", path],
            environment: [:],
            workingDirectory: "/",
            account: account
        )
        return (try? await ProcessOutput.run(specification))?.exit.isSuccess ?? false
    }

    private static func socketFolder(
        for clusters: String,
        account: UserAccount?
    ) throws(EmbeddedPostgresError) -> String {
        let path = socketFolderPath(for: clusters, isRoot: UserAccount.currentIsRoot)
        do {
            let isNew = FileUnsafeHandle.folder(path) == nil
            try FileUnsafeHandle.createFolder(path, permissions: 0o700)
            if isNew, let account { try FileUnsafeHandle.changeOwner(of: path, to: account) }
        } catch {
            throw .folder(path: path, reason: error.localizedDescription)
        }
        // In a folder that all may write to, somebody else could have made it first.
        guard let folder = FileUnsafeHandle.folder(path), folder.permissions & 0o077 == 0,
            folder.owner == account?.user ?? UserAccount.currentUser
        else { throw .folder(path: path, reason: "it belongs to another user, or others may enter it") }
        return path
    }
}
