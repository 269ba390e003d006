internal import MemoryModel

/// Bounds what one origin of little trust may have in one pack, however much it has written.
///
/// Documents, tool output and what nobody vouches for are counted by who wrote it down and where it came from; what people
/// and agents say themselves is not bounded here.
enum OriginCap {
    /// As many of the best are kept.
    static let most = 5

    private struct Origin: Hashable {
        let principal: String?
        let place: String
    }

    /// The same candidates, those beyond the bound put out of use with their reason.
    static func applied(to read: [ContentReader.Read]) -> [ContentReader.Read] {
        var counts: [Origin: Int] = [:]
        return read.map { entry in
            guard entry.retirement == nil, case .item(let item) = entry.subject, item.trust <= .document else {
                return entry
            }
            let provenance = item.provenance
            let place = provenance.url ?? provenance.threadID?.description ?? item.source
            let count = counts[Origin(principal: provenance.principal, place: place), default: 0] + 1
            counts[Origin(principal: provenance.principal, place: place)] = count
            guard count > most else { return entry }
            return ContentReader.Read(
                candidate: entry.candidate,
                subject: entry.subject,
                retirement: .originCapped,
                feedback: entry.feedback
            )
        }
    }
}
