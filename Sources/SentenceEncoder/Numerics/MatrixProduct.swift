internal import CBLAS

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Matrix products on BLAS.
package enum MatrixProduct {
    /// How the right-hand matrix is stored.
    package enum RightSide: Sendable {
        /// Row by row as it is multiplied.
        case asStored
        /// Each stored row is a column of the product, as the keys in attention.
        case transposed
    }

    /// result := left · right, or result := result + left · right.
    package static func multiply(
        _ left: Matrix,
        _ right: Matrix,
        _ side: RightSide,
        into result: Matrix,
        adding: Bool = false
    ) {
        let inner = side == .asStored ? right.rows : right.columns
        let outer = side == .asStored ? right.columns : right.rows
        precondition(left.columns == inner && result.rows == left.rows && result.columns == outer, "shapes differ")
        unsafe cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            side == .asStored ? CblasNoTrans : CblasTrans,
            Int32(left.rows),
            Int32(outer),
            Int32(inner),
            1,
            left.address,
            Int32(left.stride),
            right.address,
            Int32(right.stride),
            adding ? 1 : 0,
            result.address,
            Int32(result.stride)
        )
    }

    /// Keeps OpenBLAS, where that is the BLAS, from starting threads of its own: the encoder splits the texts instead.
    ///
    /// Other libraries have no such setting and are left alone. The setting holds for the process, and repeating it is
    /// harmless.
    package static func useOneThreadPerCall() {
        guard let symbol = unsafe dlsym(dlopen(nil, RTLD_LAZY), "openblas_set_num_threads") else { return }
        typealias SetThreads = @convention(c) (Int32) -> Void
        unsafe unsafeBitCast(symbol, to: SetThreads.self)(1)
    }
}
