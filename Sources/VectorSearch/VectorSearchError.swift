/// Why an index refused an input, a file or an operation.
public struct VectorSearchError: Error, Sendable, Equatable {
    /// What a caller can decide by.
    public enum Code: String, Sendable, CaseIterable {
        /// A configuration value is outside its documented range.
        case invalidConfiguration
        /// An argument (`k`, `ef`, a name) is outside its documented range.
        case invalidArgument
        /// The vector's length is not the index's dimension.
        case wrongDimension
        /// The vector holds a NaN or an infinity.
        case notFinite
        /// The cosine of a vector without length is not defined.
        case zeroVector
        /// The vector is so long that a float32 score could overflow.
        case magnitudeTooLarge
        /// The key does not fit in 56 bits.
        case keyOutOfRange
        /// The index holds as many vectors as slot numbers allow.
        case full
        /// The system refused address space or memory.
        case outOfMemory
        /// A graph is being built already.
        case alreadyBuilding
        /// The caller's `shouldContinue` ended a build.
        case cancelled
        /// There is no snapshot in the folder.
        case snapshotMissing
        /// A snapshot file is damaged: bad magic, length, checksum or content.
        case snapshotDamaged
        /// A snapshot file has a format version that this build does not read.
        case snapshotUnsupported
        /// A snapshot file belongs to another owner, profile, generation or epoch, or to other index parameters.
        case snapshotForeign
        /// The file system refused an operation.
        case inputOutput
    }

    /// What a caller can decide by.
    public let code: Code
    /// What happened, for people; names files and numbers only.
    public let message: String
    /// The system's error number, where a system call failed.
    public let systemErrorNumber: Int32?

    package init(_ code: Code, _ message: String, systemErrorNumber: Int32? = nil) {
        self.code = code
        self.message = message
        self.systemErrorNumber = systemErrorNumber
    }
}

extension VectorSearchError: CustomStringConvertible {
    /// Safe to log: the code, the message and the system's error number.
    public var description: String {
        guard let systemErrorNumber else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (errno \(systemErrorNumber))"
    }
}
