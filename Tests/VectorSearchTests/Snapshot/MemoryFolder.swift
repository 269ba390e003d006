import Synchronization
import VectorSearch

/// A snapshot folder in memory, which can be told to fail.
final class MemoryFolder: SnapshotFolder {
    private struct State {
        var files: [String: [UInt8]] = [:]
        /// Operations until every further one fails; nil for never.
        var operationsLeft: Int?
    }

    private let state = Mutex(State())

    init(files: [String: [UInt8]] = [:]) { state.withLock { $0.files = files } }

    var files: [String: [UInt8]] { state.withLock { $0.files } }

    /// Has every operation after the next `count` fail, as on a full disk; never where nil.
    func fail(after count: Int?) { state.withLock { $0.operationsLeft = count } }

    func names() throws(VectorSearchError) -> [String] {
        try operate { Array($0.keys) }
    }

    func create(_ name: String) throws(VectorSearchError) -> any SnapshotOutput {
        try operate { files throws(VectorSearchError) in
            guard files[name] == nil else { throw VectorSearchError(.inputOutput, "\(name) exists") }
            files[name] = []
        }
        return MemoryFile(folder: self, name: name)
    }

    func open(_ name: String) throws(VectorSearchError) -> any SnapshotInput {
        try operate { files throws(VectorSearchError) in
            guard files[name] != nil else { throw VectorSearchError(.snapshotMissing, "there is no \(name)") }
        }
        return MemoryFile(folder: self, name: name)
    }

    func rename(_ name: String, to newName: String) throws(VectorSearchError) {
        try operate { files throws(VectorSearchError) in
            guard let bytes = files.removeValue(forKey: name) else {
                throw VectorSearchError(.inputOutput, "there is no \(name)")
            }
            files[newName] = bytes
        }
    }

    func remove(_ name: String) throws(VectorSearchError) { try operate { $0[name] = nil } }

    func sync() throws(VectorSearchError) { try operate { _ in } }

    fileprivate func operate<Result>(
        _ body: (inout [String: [UInt8]]) throws(VectorSearchError) -> Result
    ) throws(VectorSearchError) -> Result {
        try state.withLock { state throws(VectorSearchError) in
            if let left = state.operationsLeft {
                guard left > 0 else { throw VectorSearchError(.inputOutput, "told to fail") }
                state.operationsLeft = left - 1
            }
            return try body(&state.files)
        }
    }
}

private struct MemoryFile: SnapshotInput, SnapshotOutput {
    let folder: MemoryFolder
    let name: String

    var byteCount: Int { folder.files[name]?.count ?? 0 }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(VectorSearchError) {
        let new = unsafe Array(bytes)
        try folder.operate { files in
            var file = files[name] ?? []
            while file.count < offset + new.count { file.append(0) }
            file.replaceSubrange(offset..<(offset + new.count), with: new)
            files[name] = file
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(VectorSearchError) {
        let bytes = try folder.operate { $0[name] ?? [] }
        guard offset + buffer.count <= bytes.count else {
            throw VectorSearchError(.snapshotDamaged, "\(name): it ends early")
        }
        unsafe buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
    }

    func sync() throws(VectorSearchError) { try folder.sync() }
}

extension SnapshotIdentity {
    static let sample = SnapshotIdentity(
        owner: [1, 2, 3],
        profile: "local/all-MiniLM-L6-v2/384/cosine",
        generation: 4,
        epoch: "7310/1",
        seq: 99
    )
}
