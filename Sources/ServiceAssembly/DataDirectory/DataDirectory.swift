internal import Foundation

/// The folder that holds everything a service keeps on disk.
///
/// | path | content |
/// | --- | --- |
/// | `postgres/<major>/` | the embedded cluster; `postgres` may be a link (see ``ClusterLocation``) |
/// | `postgres.password` | password of the cluster's administrator |
/// | `credentials` | the API key made at first start |
/// | `models/` | weights of the sentence encoder |
/// | `snapshots/` | index snapshots, which may be deleted at any time |
/// | `mneme.json` | settings, if the operator puts it there |
/// | `lock` | held by the running `mneme up` |
package struct DataDirectory: Sendable, Hashable {
    /// The absolute path.
    package let path: String

    /// Names a data directory, without creating anything.
    ///
    /// A relative path holds from the current folder.
    package init(path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// A path below the data directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Creates the folder where it is missing.
    ///
    /// Others may pass through it, since the cluster below can belong to another user, but not list or read it.
    package func create() throws(DataDirectoryError) {
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileUnsafeHandle.createFolder(path, permissions: UserAccount.currentIsRoot ? 0o711 : 0o700)
        } catch {
            throw .inaccessible(path: path, reason: error.localizedDescription)
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw .inaccessible(path: path, reason: "this user may not write there")
        }
    }
}
