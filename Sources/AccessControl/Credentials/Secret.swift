/// Bytes that must not be printed, logged or compared in variable time.
///
/// The bytes come out through `withBytes` alone; every way of turning a value into text shows a mask.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// Wraps secret bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Wraps the UTF-8 of a secret text.
    public init(text: String) {
        self.bytes = Array(text.utf8)
    }

    /// How many bytes there are.
    public var count: Int { bytes.count }

    /// Lends the bytes; they are not to be kept.
    public func withBytes<Value, Failure: Error>(_ body: ([UInt8]) throws(Failure) -> Value) throws(Failure) -> Value {
        try body(bytes)
    }

    /// A mask.
    public var description: String { "<secret>" }

    /// A mask.
    public var debugDescription: String { "<secret>" }

    /// A mirror that shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable {
    /// Compares in a time that depends on the lengths alone.
    public static func == (lhs: Secret, rhs: Secret) -> Bool {
        equalInConstantTime(lhs.bytes, rhs.bytes)
    }
}

/// Compares two byte strings in a time that depends on their lengths alone.
func equalInConstantTime(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
    guard lhs.count == rhs.count else { return false }
    var difference: UInt8 = 0
    for index in lhs.indices {
        difference |= lhs[index] ^ rhs[index]
    }
    return difference == 0
}
