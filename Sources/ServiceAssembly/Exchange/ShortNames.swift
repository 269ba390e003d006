internal import Crypto
internal import MemoryModel

/// Turns the ids of a file into UUIDs.
///
/// A UUID stays itself. A short name becomes a UUIDv8 (RFC 9562, section 5.8) of the SHA-256 of workspace, type and
/// name, so that it is the same at every import into one workspace and another in every other.
package struct ShortNames: Sendable {
    /// The types of nouns that have ids.
    package enum Noun: String, Sendable, Hashable, CaseIterable {
        case user, agent, channel, thread, fork, message, collection, item
    }

    private let workspaceID: String

    /// Makes the names of one workspace.
    package init(workspaceID: String) {
        self.workspaceID = workspaceID.lowercased()
    }

    /// The UUID that stands for an id of the file.
    package func id(_ name: String, of noun: Noun) -> String {
        if Self.isUUID(name) { return name.lowercased() }
        var bytes = Array(SHA256.hash(data: Array("\(workspaceID)|\(noun.rawValue)|\(name)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let half: (ArraySlice<UInt8>) -> UInt64 = { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        return Identifier<ShortNames>(high: half(bytes[..<8]), low: half(bytes[8...])).description
    }

    /// Whether an id of a file is a UUID already.
    package static func isUUID(_ text: String) -> Bool { Identifier<ShortNames>(text) != nil }
}
