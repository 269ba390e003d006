internal import CStemmer

/// One Snowball stemmer; owns the C object, which one caller at a time may use.
final class Stemmer {
    private let handle: StemmerUnsafeHandle

    /// Makes the stemmer of a Snowball algorithm.
    ///
    /// - Throws: `LexicalSearchError` with `stemmerUnavailable`.
    init(algorithm: String) throws(LexicalSearchError) {
        handle = try StemmerUnsafeHandle(algorithm: algorithm)
    }

    /// The stem of a lower-case word in UTF-8; the word itself where the stemmer ran out of memory.
    func stem(_ word: [UInt8]) -> [UInt8] {
        handle.stem(word)
    }
}

/// The pointer to libstemmer's object, and the only code that calls libstemmer.
///
/// Safe: it is freed once, with the handle.
@safe
private struct StemmerUnsafeHandle: ~Copyable {
    private let pointer: OpaquePointer

    init(algorithm: String) throws(LexicalSearchError) {
        guard let pointer = unsafe sb_stemmer_new(algorithm, nil) else {
            throw LexicalSearchError(.stemmerUnavailable, "libstemmer has no algorithm \(algorithm)")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe sb_stemmer_delete(pointer)
    }

    func stem(_ word: [UInt8]) -> [UInt8] {
        unsafe word.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let stem = unsafe sb_stemmer_stem(pointer, base, Int32(bytes.count))
            else { return word }
            return unsafe Array(UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(pointer))))
        }
    }
}
