internal import Crypto
internal import MemoryModel

/// Keyed hashes of what was erased: enough to know it again, and nothing to read.
///
/// Contents are marked for one audience, so that what one person had erased keeps nobody else from writing it, nor
/// tells anybody that it was. Ids are marked for the workspace.
struct ErasureMarks: Sendable {
    private let key: SymmetricKey

    /// Makes marks under a workspace's secret.
    init(workspaceSecret: [UInt8]) {
        let secret = SymmetricKey(data: workspaceSecret)
        let purpose = Array("marks of what was erased".utf8)
        key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: purpose, using: secret))
    }

    /// The mark of a content, by its SHA-256, for one audience.
    func content(_ hash: [UInt8], audience: Identifier<Audience>) -> [UInt8] {
        digest("content \(audience) ", hash)
    }

    /// The mark of a noun's id.
    func id<Noun>(_ id: Identifier<Noun>, of kind: ErasureTarget.Kind) -> [UInt8] {
        digest("\(kind.rawValue) \(id)", [])
    }

    /// Both marks that keep an item away.
    func digests(of item: ContextItem) -> [[UInt8]] {
        [content(item.contentHash, audience: item.audienceID), id(item.id, of: .item)]
    }

    /// All marks of what is erased.
    func digests(of subjects: ErasureSubjects) -> [[UInt8]] {
        var digests = subjects.versions.map { content($0.contentHash, audience: $0.audienceID) }
        digests += subjects.items.map { id($0, of: .item) }
        digests += subjects.messages.map { id($0, of: .message) }
        digests += subjects.threads.map { id($0, of: .thread) }
        digests += subjects.channels.map { id($0, of: .channel) }
        digests += subjects.collections.map { id($0, of: .collection) }
        digests += subjects.agents.map { id($0, of: .agent) }
        return digests
    }

    private func digest(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(label.utf8) + bytes, using: key))
    }
}

/// Keeps what was erased from coming back unasked.
enum ErasureGuard {
    /// The positions of items that were erased and are not asked back; marks of those that are asked back are lifted.
    ///
    /// A workspace that has erased nothing pays one small read.
    static func erasedPositions(
        of items: [ContextItem],
        restoring: Set<Int>,
        in tx: any MemoryTransaction
    ) async throws(StoreError) -> Set<Int> {
        guard let secret = try await tx.markSecret() else { return [] }
        let marks = ErasureMarks(workspaceSecret: secret)
        return try await positions(items.map(marks.digests(of:)), restoring: restoring, in: tx)
    }

    /// The positions of ids of one kind that were erased and are not asked back.
    static func erasedPositions<Noun>(
        of ids: [Identifier<Noun>],
        kind: ErasureTarget.Kind,
        restoring: Set<Int>,
        in tx: any MemoryTransaction
    ) async throws(StoreError) -> Set<Int> {
        guard let secret = try await tx.markSecret() else { return [] }
        let marks = ErasureMarks(workspaceSecret: secret)
        return try await positions(ids.map { [marks.id($0, of: kind)] }, restoring: restoring, in: tx)
    }

    private static func positions(
        _ digests: [[[UInt8]]],
        restoring: Set<Int>,
        in tx: any MemoryTransaction
    ) async throws(StoreError) -> Set<Int> {
        let marked = try await tx.marked(among: Array(digests.joined()))
        guard !marked.isEmpty else { return [] }
        let found = digests.indices.filter { digests[$0].contains(where: marked.contains) }
        let lifted = found.filter(restoring.contains).flatMap { digests[$0] }.filter(marked.contains)
        if !lifted.isEmpty { try await tx.unmark(lifted) }
        return Set(found).subtracting(restoring)
    }
}
