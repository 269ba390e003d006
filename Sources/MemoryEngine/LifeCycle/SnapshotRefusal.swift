internal import LexicalSearch
internal import VectorSearch

/// Why a snapshot, or a part of one, is not used.
struct SnapshotRefusal: Error, Sendable {
    /// What the metric counts by.
    enum Reason: String, Sendable, CaseIterable {
        /// Bytes are not what was written.
        case damaged
        /// It is of another collection, profile, generation or epoch.
        case foreign
        /// It was written by another version.
        case unsupported
        /// The system could not read it, or had no memory for it; it may be good.
        case unreadable
        /// There is none.
        case missing
    }

    let reason: Reason
    /// What was found, for people.
    let detail: String
    /// The segment it was found in; nil where it is the whole snapshot.
    let segment: String?

    /// Whether the file is kept for people to look at, out of the way.
    var isSetAside: Bool { reason != .unreadable && reason != .missing }

    init(_ error: any Error, segment: String? = nil) {
        self.segment = segment
        switch error {
        case let error as VectorSearchError:
            detail = error.description
            reason = Self.reason(error.code)
        case let error as LexicalSearchError:
            detail = error.description
            reason = error.code == .unsupportedFormat ? .unsupported : .damaged
        case is EntryReader.Damaged:
            detail = "the entries are damaged"
            reason = .damaged
        default:
            detail = "the file system refused"
            reason = .unreadable
        }
    }

    private static func reason(_ code: VectorSearchError.Code) -> Reason {
        switch code {
        case .snapshotMissing: .missing
        case .snapshotForeign, .invalidConfiguration: .foreign
        case .snapshotUnsupported: .unsupported
        case .inputOutput, .outOfMemory: .unreadable
        default: .damaged
        }
    }
}
