internal import Foundation
package import MemoryModel

/// Which node this is: the same as long as its data directory is, because its snapshots lie there.
package struct NodeIdentity: Sendable, Hashable {
    /// The id.
    package let id: Identifier<Node>
    /// The host's name.
    package let name: String

    /// Reads the id, or makes it.
    package static func open(
        in directory: DataDirectory,
        identifiers: IdentifierGenerator
    ) throws(DataDirectoryError) -> NodeIdentity {
        let path = directory.file("node")
        let name = ProcessInfo.processInfo.hostName
        if let text = try PrivateFile.read(path) {
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            if let id = Identifier<Node>(trimmed) { return NodeIdentity(id: id, name: name) }
        }
        let id = identifiers.next(Node.self)
        try PrivateFile.write(id.description, to: path)
        return NodeIdentity(id: id, name: name)
    }
}
