internal import CVectorKernels

/// The element-wise steps between the matrix products, on the widest vectors of this machine.
@safe
package struct ActivationKernels: Sendable {
    /// An instruction set for which kernels exist.
    package enum InstructionSet: String, Sendable, CaseIterable {
        case scalar
        case avx2
        case avx512
        case neon
    }

    // A table of function addresses in read-only memory of the program.
    private nonisolated(unsafe) let table: UnsafePointer<mneme_activation_kernels>

    /// The widest kernels that this machine runs.
    package static let best = unsafe ActivationKernels(table: mneme_activation_best())

    private init(table: UnsafePointer<mneme_activation_kernels>) {
        unsafe self.table = table
    }

    /// The kernels of one instruction set, or nil on a machine without it.
    package init?(_ set: InstructionSet) {
        let found: UnsafePointer<mneme_activation_kernels>? =
            switch set {
            case .scalar: unsafe mneme_activation_scalar()
            case .avx2: unsafe mneme_activation_avx2()
            case .avx512: unsafe mneme_activation_avx512()
            case .neon: unsafe mneme_activation_neon()
            }
        guard let found = unsafe found else { return nil }
        unsafe self.init(table: found)
    }

    /// The instruction set in use.
    package var instructionSet: InstructionSet {
        InstructionSet(rawValue: unsafe String(cString: table.pointee.name)) ?? .scalar
    }

    /// x := x + bias, for each row x.
    package func addBias(_ bias: Matrix, to x: Matrix) {
        precondition(bias.columns == x.columns)
        unsafe table.pointee.add_bias(x.address, x.rows, x.columns, x.stride, bias.address)
    }

    /// x := GELU(x + bias), in the exact form with erf.
    package func addBiasThenGELU(_ bias: Matrix, to x: Matrix) {
        precondition(bias.columns == x.columns)
        unsafe table.pointee.add_bias_gelu(x.address, x.rows, x.columns, x.stride, bias.address)
    }

    /// x := gain · (x + bias, at mean 0 and variance 1) + shift, for each row x.
    package func addBiasThenNormalize(_ bias: Matrix, to x: Matrix, by norm: LayerNorm) {
        precondition(bias.columns == x.columns && norm.gain.columns == x.columns && norm.shift.columns == x.columns)
        unsafe table.pointee.add_bias_layer_norm(
            x.address,
            x.rows,
            x.columns,
            x.stride,
            bias.address,
            norm.gain.address,
            norm.shift.address,
            norm.epsilon
        )
    }

    /// x := softmax(scale · x), for each row x.
    package func softmax(_ x: Matrix, scale: Float) {
        precondition(x.columns > 0 && scale > 0)
        unsafe table.pointee.scaled_softmax(x.address, x.rows, x.columns, x.stride, scale)
    }
}

/// The parameters of one layer normalisation.
package struct LayerNorm: Sendable {
    package let gain: Matrix
    package let shift: Matrix
    package let epsilon: Float

    package init(gain: Matrix, shift: Matrix, epsilon: Float) {
        self.gain = gain
        self.shift = shift
        self.epsilon = epsilon
    }
}
