internal import Foundation

/// What child processes are told of this machine's processor on behalf of the BLAS library.
enum BLASTuning {
    private static let variable = "OPENBLAS_CORETYPE"
    private static let needed: Set<Substring> = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]

    /// Names the kernels for AVX-512 to OpenBLAS on processors it may not know by name.
    ///
    /// OpenBLAS up to 0.3.21 takes newer AMD processors for ones without AVX-512, which costs the encoder nearly half
    /// its speed (docs/encoder.md). An operator's own choice stands.
    static func variables(
        given environment: [String: String],
        processors: String? = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    ) -> [String: String] {
        guard environment[variable] == nil, let lines = processors?.split(separator: "\n") else { return [:] }
        let isAMD = lines.contains { $0.hasPrefix("vendor_id") && $0.hasSuffix("AuthenticAMD") }
        let flags = lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        return isAMD && needed.isSubset(of: flags) ? [variable: "SkylakeX"] : [:]
    }
}
