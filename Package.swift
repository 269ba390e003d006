// swift-tools-version: 6.2

import PackageDescription

/// `./dev` turns warnings into errors on the compiler that .swift-version names, and on no other.
let warningsAsErrors: [SwiftSetting] =
    Context.environment["MNEME_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// One setting for every Swift target: the language as strict as it gets.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .strictMemorySafety(),
    ] + warningsAsErrors

/// A Swift target of the product.
///
/// The dependencies are the arrows of docs/architecture.md; the build enforces them.
func target(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of one target, in the folder that mirrors it.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["MemoryTestSupport"], swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "mneme",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "mneme", targets: ["MnemeCLI"]),
        .library(name: "VectorSearch", targets: ["VectorSearch"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // C: one system library each, and the kernels that need SIMD chosen at run time.
        .systemLibrary(name: "CBLAS", path: "Sources/CBLAS"),
        .systemLibrary(name: "CLAPACKE", path: "Sources/CLAPACKE"),
        .systemLibrary(name: "CLibPQ", path: "Sources/CLibPQ", pkgConfig: "libpq"),
        .systemLibrary(name: "CStemmer", path: "Sources/CStemmer"),
        .target(name: "CLibCurl", path: "Sources/CLibCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CVectorKernels", path: "Sources/CVectorKernels"),
        .target(name: "CProcess", path: "Sources/CProcess"),

        // Shared nouns and ports.
        target("MemoryModel", []),

        // Search: knows keys, no tenants.
        target("VectorSearch", ["CVectorKernels", "CBLAS", "CLAPACKE"]),
        target("LexicalSearch", ["CStemmer"]),
        target("MemoryEngine", ["MemoryModel", "VectorSearch", "LexicalSearch", crypto, logging, metrics]),

        // Adapters: each knows one outside world.
        target("PostgresDriver", ["CLibPQ", logging]),
        target("PostgresStorage", ["MemoryModel", "PostgresDriver", logging], resources: [.embedInCode("Migrations")]),
        target("SentenceEncoder", ["CVectorKernels", "CBLAS"]),
        target("CurlTransport", ["CLibCurl"]),
        target("EmbeddingProviders", ["MemoryModel", "CurlTransport", "SentenceEncoder", logging, metrics]),

        // Edge.
        target("AccessControl", ["MemoryModel", crypto, cryptoExtras]),
        target(
            "MemoryAPI",
            [
                "MemoryModel", "MemoryEngine", "AccessControl", hummingbird, httpTypes, nioCore, nioHTTPTypes, logging,
                metrics, crypto,
            ]
        ),

        // Command.
        target(
            "ServiceAssembly",
            [
                "MemoryModel", "MemoryEngine", "MemoryAPI", "AccessControl", "PostgresDriver", "PostgresStorage",
                "EmbeddingProviders", "SentenceEncoder", "CurlTransport", "CProcess", configuration, crypto,
                hummingbird, logging, metrics, nioCore, serviceLifecycle, unixSignals,
            ]
        ),
        .executableTarget(
            name: "MnemeCLI",
            dependencies: [
                "ServiceAssembly", "MemoryModel", "VectorSearch", "SentenceEncoder", argumentParser, configuration,
                logging,
            ],
            swiftSettings: strict
        ),

        // Tests.
        .target(
            name: "MemoryTestSupport",
            dependencies: ["MemoryModel", nioCore, nioPosix],
            path: "Tests/MemoryTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "AccessControlTestSupport",
            dependencies: ["AccessControl", "MemoryModel", crypto, cryptoExtras],
            path: "Tests/AccessControlTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "MemoryAPITestSupport",
            dependencies: ["MemoryAPI", "MemoryModel", httpTypes, hummingbirdTesting, nioCore],
            path: "Tests/MemoryAPITestSupport",
            swiftSettings: strict
        ),
        tests("MemoryModelTests", ["MemoryModel"]),
        tests("VectorSearchTests", ["VectorSearch", "CVectorKernels"]),
        tests("LexicalSearchTests", ["LexicalSearch"]),
        tests("MemoryEngineTests", ["MemoryEngine", "VectorSearch", "LexicalSearch", "MemoryModel"]),
        tests("PostgresDriverTests", ["PostgresDriver", logging]),
        tests("SentenceEncoderTests", ["SentenceEncoder", "CVectorKernels"]),
        tests("CurlTransportTests", ["CurlTransport"]),
        tests("EmbeddingProvidersTests", ["EmbeddingProviders", "CurlTransport", "MemoryModel"]),
        tests("AccessControlTests", ["AccessControl", "AccessControlTestSupport", "MemoryModel"]),
        tests(
            "MemoryAPITests",
            [
                "MemoryAPI", "MemoryAPITestSupport", "MemoryEngine", "AccessControl", "AccessControlTestSupport",
                "MemoryModel", hummingbird,
                hummingbirdTesting, httpTypes, logging, metrics, nioCore, nioPosix,
            ]
        ),
        tests("ServiceAssemblyTests", ["ServiceAssembly", "MemoryAPI", "MemoryModel", configuration, crypto]),
        tests(
            "IntegrationTests",
            [
                "PostgresDriver", "PostgresStorage", "MemoryModel", "MemoryEngine", "ServiceAssembly", "AccessControl",
                "AccessControlTestSupport", "MemoryAPI", "MemoryAPITestSupport", hummingbird, hummingbirdTesting,
                httpTypes, nioCore, nioPosix,
                configuration, crypto, logging,
            ]
        ),
    ]
)
