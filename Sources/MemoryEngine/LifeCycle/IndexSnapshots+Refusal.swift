internal import Foundation
internal import Logging
internal import MemoryModel
internal import VectorSearch

extension IndexSnapshots {
    /// A snapshot that was refused, and is still there for people to look at.
    public struct Refused: Sendable, Hashable {
        /// The collection it was of, as its folder is named.
        public let collection: String
        /// `damaged`, `foreign` or `unsupported`, and what was found.
        public let reason: String
    }

    private static let noteName = "refused.txt"
    private static let suffix = ".refused"

    /// Refuses a snapshot or a segment: counts it, says so, and sets the file aside where it may be of use to people.
    ///
    /// One refused file of each name is kept, and one note a collection, so that they do not pile up.
    func refuse(_ refusal: SnapshotRefusal, of collection: Identifier<MemoryCollection>, _ reader: SnapshotReader?) {
        guard refusal.reason != .missing else { return }
        EngineMetrics.countRefusal(reason: refusal.reason.rawValue)
        logger.warning(
            "an index snapshot was refused; what it lacks is built again",
            metadata: [
                "collection": "\(collection)", "segment": "\(refusal.segment ?? "all")",
                "reason": "\(refusal.reason.rawValue)", "detail": "\(refusal.detail)",
            ]
        )
        guard refusal.isSetAside else { return }
        let folder = folder(of: collection)
        removeRefused(in: folder)
        if let reader, let segment = refusal.segment {
            try? reader.setAside(segment: segment)
        } else {
            let manifest = "\(folder)/\(SnapshotReader.manifestName)"
            try? FileManager.default.moveItem(atPath: manifest, toPath: manifest + Self.suffix)
        }
        let note = "\(refusal.reason.rawValue): \(refusal.detail)\n"
        try? Data(note.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(Self.noteName)"))
    }

    private func removeRefused(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(Self.suffix) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    /// The snapshots below a folder that were refused; blocks.
    public static func refused(below directory: String) -> [Refused] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().compactMap { name in
            guard let note = try? String(contentsOfFile: "\(directory)/\(name)/\(noteName)", encoding: .utf8) else {
                return nil
            }
            return Refused(collection: name, reason: note.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
