internal import Foundation

/// What child processes are told of this machine's processor on behalf of the BLAS library.
package enum BLASTuning {
    private static let variable = "OPENBLAS_CORETYPE"
    private static let needed: Set<Substring> = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]

    /// Names the kernels for AVX-512 to OpenBLAS on processors it may not know by name.
    ///
    /// OpenBLAS up to 0.3.21 takes newer AMD processors for ones without AVX-512, and newer Intel ones for the oldest there are,
    /// which costs the encoder a half to two thirds of its speed (docs/decisions/0003). An operator's own choice stands.
    package static func variables(
        given environment: [String: String],
        processors: String? = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    ) -> [String: String] {
        guard environment[variable] == nil, let lines = processors?.split(separator: "\n") else { return [:] }
        let flags = lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        return needed.isSubset(of: flags) ? [variable: "SkylakeX"] : [:]
    }
}
