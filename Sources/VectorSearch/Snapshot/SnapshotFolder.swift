/// The files of one snapshot, as reader and writer need them; tests put faults in between.
package protocol SnapshotFolder: Sendable {
    /// The names of all files.
    func names() throws(VectorSearchError) -> [String]
    /// Makes a file that must not be there yet.
    func create(_ name: String) throws(VectorSearchError) -> any SnapshotOutput
    /// Opens a regular file.
    ///
    /// - Throws: `snapshotMissing` where there is none.
    func open(_ name: String) throws(VectorSearchError) -> any SnapshotInput
    /// Gives a file another name, in place of a file that has it.
    func rename(_ name: String, to newName: String) throws(VectorSearchError)
    /// Removes a file.
    func remove(_ name: String) throws(VectorSearchError)
    /// Makes the names lasting.
    func sync() throws(VectorSearchError)
}

/// A file being written; closed when it is let go.
package protocol SnapshotOutput {
    /// Writes all bytes at a place.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(VectorSearchError)
    /// Makes the contents lasting.
    func sync() throws(VectorSearchError)
}

/// A file being read; closed when it is let go.
package protocol SnapshotInput {
    /// Its length in bytes.
    var byteCount: Int { get }
    /// Fills the buffer from a place, or throws `snapshotDamaged` where the file ends before.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(VectorSearchError)
    /// Has bytes of the file appear in memory of the caller's, which may change its own view of them; false where the file
    /// cannot be mapped.
    ///
    /// Address and offset are multiples of a page. Bytes up to the last page's end become zero.
    func map(byteCount: Int, at offset: Int, to address: UnsafeMutableRawPointer) throws(VectorSearchError) -> Bool
}

extension SnapshotOutput {
    func write(_ bytes: [UInt8], at offset: Int) throws(VectorSearchError) {
        unsafe try bytes.span.bytes.withUnsafeBytes { buffer throws(VectorSearchError) in
            unsafe try write(buffer, at: offset)
        }
    }
}

extension SnapshotInput {
    package func map(
        byteCount: Int,
        at offset: Int,
        to address: UnsafeMutableRawPointer
    ) throws(VectorSearchError) -> Bool {
        false
    }

    /// Reads `count` bytes from a place; the caller has bounded `count` by the file's length.
    func read(_ count: Int, at offset: Int) throws(VectorSearchError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe try bytes.withUnsafeMutableBufferPointer { buffer throws(VectorSearchError) in
            unsafe try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        return bytes
    }
}
