/// Why an encoder could not be made, or could not encode.
///
/// The description names files, tensors and numbers only: never a text that was to be encoded.
public struct SentenceEncoderError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for a caller to decide on.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A file of the model is not there, or may not be read.
        case unreadableFile
        /// The weights file breaks the safetensors format.
        case malformedWeights
        /// The weights file is sound, and a tensor is missing or has another shape or type than the model's.
        case unexpectedTensor
        /// The vocabulary is not a WordPiece vocabulary with the five special tokens.
        case malformedVocabulary
        /// The vocabulary and the weights do not belong together.
        case mismatchedVocabulary
        /// A parameter of the call is out of range.
        case invalidArgument
        /// The forward pass gave a vector with no length or with infinite parts: damaged weights.
        case nonFiniteVector
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for an operator.
    public let message: String
    /// The failure below it, if there is one.
    public let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Code, message and cause on one line; safe to log.
    public var description: String {
        guard let cause else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (\(cause))"
    }
}
