import CBLAS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Many dot products at once, by the system's BLAS on the calling thread alone.
enum BLAS {
    /// Whether OpenBLAS was kept from starting threads for each call: searches are spread over threads already.
    ///
    /// Done once per process, by the function's name because the reference BLAS has none of the kind.
    private static let isSingleThreaded: Bool = {
        guard let program = unsafe dlopen(nil, RTLD_NOW) else { return false }
        defer { unsafe dlclose(program) }
        guard let symbol = unsafe dlsym(program, "openblas_set_num_threads") else { return false }
        typealias SetThreads = @convention(c) (Int32) -> Void
        unsafe unsafeBitCast(symbol, to: SetThreads.self)(1)
        return true
    }()

    /// Readies the library; cheap after the first call.
    static func prepare() { _ = isSingleThreaded }

    /// `products[r] = -(rows[r] . query)` for `rowCount` rows that lie `rowStride` floats apart.
    static func negativeDots(
        rows: UnsafePointer<Float>,
        rowCount: Int,
        rowStride: Int,
        dimension: Int,
        query: UnsafePointer<Float>,
        products: UnsafeMutablePointer<Float>
    ) {
        unsafe cblas_sgemv(
            CblasRowMajor,
            CblasNoTrans,
            Int32(rowCount),
            Int32(dimension),
            -1,
            rows,
            Int32(rowStride),
            query,
            1,
            0,
            products,
            1
        )
    }

    /// `products[q * rowCount + r] = -(queries[q] . rows[r])`.
    static func negativeDots(
        rows: UnsafePointer<Float>,
        rowCount: Int,
        rowStride: Int,
        dimension: Int,
        queries: UnsafePointer<Float>,
        queryCount: Int,
        queryStride: Int,
        products: UnsafeMutablePointer<Float>
    ) {
        unsafe cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            Int32(queryCount),
            Int32(rowCount),
            Int32(dimension),
            -1,
            queries,
            Int32(queryStride),
            rows,
            Int32(rowStride),
            0,
            products,
            Int32(rowCount)
        )
    }
}
