/// What a graph's searches compare on the way: the vectors, or codes of them that are several times smaller.
///
/// With codes the walk's distances are estimates, and the best candidates are compared exactly at its end.
public enum VectorCodes: UInt8, Sendable, CaseIterable {
    /// The engine's choice: `int8`.
    case automatic = 0
    /// No codes: float32 vectors all the way.
    case none = 1
    /// 8 bits a component, in steps of 1/127 of a vector's largest component.
    case int8 = 2
    /// 4 bits a component after a random rotation: the least memory.
    case int4 = 3
}

extension VectorCodes {
    /// The form that codes take, nil where there are none.
    var form: CodeForm? {
        switch self {
        case .automatic, .int8: .int8
        case .none: nil
        case .int4: .int4
        }
    }
}

/// How a code is laid out: CVectorKernels' codes.h.
package enum CodeForm: Sendable, CaseIterable {
    case int8
    case int4

    /// Components in a block of 64 bytes.
    package var blockLength: Int { self == .int8 ? 64 : 128 }

    /// Bytes of a record: the blocks, factor and bias.
    package func recordByteCount(dimension: Int) -> Int {
        (dimension + blockLength - 1) / blockLength * 64 + 2 * MemoryLayout<Float>.stride
    }
}
