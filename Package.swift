// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A C library that only a build with the trait needs.
func optional(_ library: String, trait: String) -> Target.Dependency {
    .target(name: library, condition: .when(traits: [trait]))
}

/// One library target of Parley, written in Swift.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of one target; `Tests/<name>Tests` mirrors `Sources/<name>`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
        resources: resources, swiftSettings: swiftSettings)
}

let package = Package(
    name: "parley",
    products: [.executable(name: "parley", targets: ["parley"])],
    traits: [
        .trait(name: "PostgreSQL", description: "Tracker stores and event queues in PostgreSQL (libpq-dev)"),
        .trait(name: "MySQL", description: "Tracker stores and event queues in MySQL and MariaDB (libmariadb-dev)"),
        .trait(name: "MongoDB", description: "Tracker stores in MongoDB (libmongoc-dev)"),
        .trait(name: "Kafka", description: "Events for Kafka (librdkafka-dev)"),
        .trait(name: "RabbitMQ", description: "Events for RabbitMQ (librabbitmq-dev)"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLibYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .systemLibrary(name: "CRDKafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CRabbitMQ", providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CParleySystem"),
        .target(name: "CKernels"),

        // Parley, from the ground up. The dependencies are what the files import, and are checked against the documents.
        module("ExactText", [collections]),
        module("Encodings", ["ExactText", "COpenSSL"]),
        module("JSON", ["ExactText", collections]),
        module("Dialogue", ["Encodings", "ExactText", "JSON", collections]),
        module("Redis", ["Encodings", "ExactText", "CHiredis", "COpenSSL", nio, nioPosix, nioSSL]),
        module("Leases", ["ExactText", "JSON", "Redis", nio]),
        module("Files", ["ExactText"]),
        module("Offloading", ["CParleySystem"]),
        module("Tensors", ["Offloading", "CKernels"]),
        module("ModelArchive", ["ExactText", "Files", "JSON", "Tensors", "CZlib", collections]),
        module(
            "Understanding",
            [
                "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "Tensors", "CPCRE2", collections,
                logging,
            ]),
        module(
            "Policies",
            [
                "Dialogue", "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "Tensors", "Understanding",
                "CZlib", collections,
            ]),
        module("Settings", ["Encodings", "ExactText", "Files", "JSON", "CLibYAML", collections]),
        module(
            "WebClient",
            [
                "Encodings", "ExactText", "JSON", "Settings", "CZlib", collections, httpClient, nio, nioHTTP1, nioPosix,
                nioSSL,
            ]),
        module("AWS", ["Encodings", "ExactText", "Files", "JSON", "WebClient", "COpenSSL", nio]),
        module("BSON", ["ExactText", "JSON", collections]),
        module(
            "SQL",
            [
                optional("CMariaDB", trait: "MySQL"), optional("CPostgreSQL", trait: "PostgreSQL"), "CSQLite", logging,
                nioPosix,
            ]),
        module(
            "Stores",
            [
                "AWS", "BSON", "Dialogue", "Encodings", "ExactText", "JSON", "Offloading", "Redis", "SQL",
                optional("CMongoC", trait: "MongoDB"), collections, logging, nioPosix,
            ]),
        module(
            "Assistant",
            [
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "Offloading", "Policies", "Stores",
                "Understanding", collections, logging,
            ]),
        module("HTTPServer", ["Encodings", "ExactText", "JSON", logging, nio, nioHTTP1, nioPosix, nioSSL, nioTLS]),
        module("WebTokens", ["Encodings", "ExactText", "JSON", "COpenSSL"]),
        module(
            "Channels",
            [
                "Assistant", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON", "Leases", "Offloading",
                "Redis", "Settings", "WebClient", "WebTokens", "COpenSSL", collections, logging, nio, nioWebSocket,
            ]),
        module(
            "API",
            [
                "Assistant", "Channels", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON", "Leases",
                "Offloading", "Settings", "Stores", "WebTokens", collections, logging, nio,
            ]),
        module(
            "Brokers",
            [
                "Encodings", "ExactText", "Files", "SQL", "Settings", "CParleySystem",
                optional("CRDKafka", trait: "Kafka"), optional("CRabbitMQ", trait: "RabbitMQ"), "CZlib", logging,
            ]),
        module(
            "ModelSources",
            [
                "AWS", "Encodings", "ExactText", "Files", "JSON", "Settings", "WebClient", "COpenSSL", nio,
            ]),
        module(
            "Outbound",
            [
                "Assistant", "Dialogue", "ExactText", "JSON", "Offloading", "Settings", "Understanding", "WebClient",
                logging, nio,
            ]),
        module("Prefork", ["CParleySystem", logging]),
        module(
            "Training",
            [
                "Dialogue", "Encodings", "ExactText", "Files", "JSON", "ModelArchive", "Policies", "Settings",
                "Understanding", "CZlib", collections,
            ]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "API", "AWS", "Assistant", "Brokers", "Channels", "Dialogue", "Encodings", "ExactText", "Files",
                "HTTPServer", "JSON", "Leases", "ModelArchive", "ModelSources", "Offloading", "Outbound", "Prefork",
                "Redis", "SQL", "Settings", "Stores", "Training", "Understanding", "WebClient", "WebTokens",
                "CParleySystem", arguments, logging, nio, nioPosix,
            ],
            swiftSettings: swiftSettings),

        // What tests share, and the tests; `Tests/<name>Tests` mirrors `Sources/<name>`.
        .target(
            name: "TestSupport",
            dependencies: [
                "BSON", "ExactText", "Files", "COpenSSL", optional("CRDKafka", trait: "Kafka"),
                optional("CRabbitMQ", trait: "RabbitMQ"), collections,
            ],
            path: "Tests/Support", swiftSettings: swiftSettings),
        .target(
            name: "ConversationSupport",
            dependencies: [
                "Assistant", "Channels", "Dialogue", "HTTPServer", "JSON", "Offloading",
            ],
            path: "Tests/ConversationSupport", swiftSettings: swiftSettings),
        tests(
            "API",
            [
                "Assistant", "Channels", "ConversationSupport", "ExactText", "HTTPServer", "JSON", "Leases", "Stores",
                "TestSupport", "WebTokens", nio,
            ]),
        tests("AWS", ["TestSupport", "WebClient", nioPosix]),
        tests(
            "Assistant",
            [
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "Offloading", "Policies", "Stores",
                "TestSupport", collections, logging,
            ], exclude: ["Fixtures"]),
        tests("BSON", ["ExactText", "JSON", collections]),
        tests("Brokers", ["SQL", "Settings", "TestSupport", logging, nio, nioPosix, nioSSL]),
        tests(
            "Channels",
            [
                "Assistant", "ConversationSupport", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON", "Redis",
                "Settings", "TestSupport", "WebClient", "WebTokens", nio, nioPosix,
            ]),
        tests("Dialogue", ["ExactText", "JSON", "TestSupport", collections], exclude: ["Fixtures"]),
        tests("Encodings"),
        .testTarget(
            name: "EndToEnd", dependencies: ["parley", "ExactText", "JSON", "SQL", "TestSupport", "CZlib"],
            exclude: ["Fixtures"], swiftSettings: swiftSettings),
        tests("ExactText", [collections]),
        tests("Files"),
        tests("HTTPServer", ["Files", "TestSupport", nio, nioEmbedded, nioPosix, nioSSL]),
        tests("JSON", ["ExactText"]),
        tests("Leases", ["JSON", "Redis", "TestSupport", nio, nioPosix]),
        tests("ModelArchive", ["ExactText", "Files", "JSON", "Tensors", "CZlib", collections]),
        tests(
            "ModelSources",
            [
                "AWS", "Encodings", "JSON", "Settings", "TestSupport", "WebClient", "COpenSSL", nio, nioPosix,
            ]),
        tests("Offloading"),
        tests(
            "Policies",
            [
                "Dialogue", "ExactText", "JSON", "ModelArchive", "Tensors", "TestSupport", collections,
            ], exclude: ["Fixtures"]),
        tests("Prefork"),
        tests("Redis", ["TestSupport", "CHiredis", nio, nioPosix]),
        tests("SQL", ["TestSupport"]),
        tests("Settings", ["ExactText", "Files", "JSON", collections], exclude: ["Fixtures"]),
        tests(
            "Stores",
            [
                "AWS", "BSON", "Dialogue", "ExactText", "JSON", "Redis", "SQL", "TestSupport", collections, nio,
                nioPosix, nioSSL,
            ]),
        tests("Tensors", ["Files", "JSON", "TestSupport", "CKernels"], resources: [.copy("Fixtures")]),
        tests(
            "Training",
            [
                "ExactText", "Files", "JSON", "ModelArchive", "Settings", "Understanding", collections,
            ], exclude: ["Fixtures"]),
        tests(
            "Understanding",
            [
                "Encodings", "ExactText", "Files", "JSON", "ModelArchive", "Offloading", "TestSupport",
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "Walks", dependencies: ["parley", "JSON", "SQL", "TestSupport", "CZlib"],
            exclude: ["Assistants", "Fixtures", "action_server.py", "record.py"], swiftSettings: swiftSettings),
        tests("WebClient", ["JSON", "TestSupport", "CZlib", nio, nioPosix]),
        tests("WebTokens", ["Files", "JSON"], exclude: ["Fixtures"]),
        tests("parley", ["HTTPServer", "JSON", "Prefork", "TestSupport", arguments]),
    ]
)
