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
        module("JSON", ["ExactText", collections]),
        module("PythonSemantics", ["ExactText", "JSON"]),
        module("Encodings", ["ExactText", "COpenSSL"]),
        module("System", ["Encodings", "ExactText", "CParleySystem"]),
        module("Dialogue", ["ExactText", "JSON", "PythonSemantics", "System", collections]),
        module("Cryptography", ["COpenSSL"]),
        module("Redis", ["Cryptography", "Encodings", "ExactText", "CHiredis", nio, nioPosix, nioSSL]),
        module("Leases", ["ExactText", "JSON", "Redis", nio]),
        module("RasaCompatibility", ["ExactText", "JSON"]),
        module("Offloading", ["CParleySystem"]),
        module("Tensors", ["Offloading", "CKernels"]),
        module("ModelArchive", ["ExactText", "JSON", "RasaCompatibility", "System", "Tensors", "CZlib", collections]),
        module(
            "Understanding",
            [
                "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "PythonSemantics", "Tensors", "CPCRE2",
                collections, logging,
            ]),
        module(
            "Policies",
            [
                "Dialogue", "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "PythonSemantics",
                "Tensors", "Understanding", "CZlib", collections,
            ]),
        module("YAML", ["ExactText", "JSON", "System", "CLibYAML", collections]),
        module("Settings", ["Encodings", "ExactText", "System", "YAML", collections]),
        module(
            "WebClient",
            [
                "Encodings", "ExactText", "JSON", "Settings", "CZlib", collections, httpClient, nio, nioHTTP1, nioPosix,
                nioSSL,
            ]),
        module("AWS", ["Cryptography", "Encodings", "ExactText", "JSON", "System", "WebClient", nio]),
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
                "AWS", "BSON", "Cryptography", "Dialogue", "Encodings", "ExactText", "JSON", "Offloading", "Redis",
                "SQL", "System", optional("CMongoC", trait: "MongoDB"), collections, logging, nioPosix,
            ]),
        module(
            "Assistant",
            [
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "Offloading", "Policies", "PythonSemantics",
                "Stores", "System", "Understanding", collections, logging,
            ]),
        module("EventLoops", [nio, nioPosix]),
        module(
            "HTTPServer",
            [
                "Encodings", "EventLoops", "ExactText", "JSON", "RasaCompatibility", "System", logging, nio, nioHTTP1,
                nioPosix, nioSSL, nioTLS,
            ]),
        module(
            "WebTokens",
            [
                "Cryptography", "Encodings", "ExactText", "JSON", "PythonSemantics", "System", "COpenSSL",
            ]),
        module(
            "Channels",
            [
                "Assistant", "Cryptography", "Dialogue", "Encodings", "EventLoops", "ExactText", "HTTPServer", "JSON",
                "Leases", "Offloading", "PythonSemantics", "Redis", "Settings", "System", "WebClient", "WebTokens",
                "YAML", collections, logging, nio,
            ]),
        module(
            "API",
            [
                "Assistant", "Channels", "Cryptography", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON",
                "Leases", "Offloading", "PythonSemantics", "RasaCompatibility", "Settings", "Stores", "System",
                "WebTokens", "YAML", collections, logging, nio,
            ]),
        module(
            "Brokers",
            [
                "Encodings", "ExactText", "SQL", "Settings", "System", "YAML", "CParleySystem",
                optional("CRDKafka", trait: "Kafka"), optional("CRabbitMQ", trait: "RabbitMQ"), "CZlib", logging,
            ]),
        module(
            "Training",
            [
                "Dialogue", "Encodings", "ExactText", "JSON", "ModelArchive", "Policies", "PythonSemantics", "Settings",
                "System", "Understanding", "YAML", "CZlib", collections,
            ]),
        module(
            "Evaluation",
            [
                "Dialogue", "ExactText", "JSON", "ModelArchive", "Policies", "Settings", "System", "Training",
                "Understanding", "YAML", collections,
            ]),
        module(
            "ModelSources",
            [
                "AWS", "Cryptography", "Encodings", "ExactText", "JSON", "Settings", "System", "WebClient", "COpenSSL",
                nio,
            ]),
        module(
            "Outbound",
            [
                "Assistant", "Dialogue", "ExactText", "JSON", "Offloading", "PythonSemantics", "RasaCompatibility",
                "Settings", "Understanding", "WebClient", logging, nio,
            ]),
        module("Prefork", ["System", "CParleySystem", logging]),
        module(
            "SocketIO",
            [
                "Assistant", "Channels", "Cryptography", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON",
                "PythonSemantics", "Redis", "System", "WebTokens", logging, nio, nioWebSocket,
            ]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "API", "AWS", "Assistant", "Brokers", "Channels", "Dialogue", "Encodings", "Evaluation", "EventLoops",
                "ExactText", "HTTPServer", "JSON", "Leases", "ModelArchive", "ModelSources", "Offloading", "Outbound",
                "Prefork", "PythonSemantics", "RasaCompatibility", "Redis", "SQL", "Settings", "SocketIO", "Stores",
                "System", "Training", "Understanding", "WebClient", "WebTokens", "YAML", "CParleySystem", arguments,
                logging, nio, nioPosix,
            ],
            swiftSettings: swiftSettings),

        // What tests share, and the tests; `Tests/<name>Tests` mirrors `Sources/<name>`.
        .target(
            name: "TestSupport",
            dependencies: [
                "BSON", "ExactText", "System", "YAML", "COpenSSL", optional("CRDKafka", trait: "Kafka"),
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
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "Offloading", "Policies", "Stores", "System",
                "TestSupport", collections, logging,
            ], exclude: ["Fixtures"]),
        tests("BSON", ["ExactText", "JSON", collections]),
        tests("Brokers", ["SQL", "Settings", "TestSupport", "YAML", logging, nio, nioPosix, nioSSL]),
        tests(
            "Channels",
            [
                "Assistant", "ConversationSupport", "Cryptography", "Dialogue", "Encodings", "EventLoops", "ExactText",
                "HTTPServer", "JSON", "Redis", "Settings", "SocketIO", "TestSupport", "WebClient", "WebTokens", "YAML",
                nio, nioPosix,
            ]),
        tests("Cryptography", ["Encodings"]),
        tests(
            "Dialogue",
            [
                "ExactText", "JSON", "PythonSemantics", "System", "TestSupport", collections,
            ], exclude: ["Fixtures"]),
        .testTarget(name: "Documents", swiftSettings: swiftSettings),
        tests("Encodings"),
        .testTarget(
            name: "EndToEnd", dependencies: ["parley", "ExactText", "JSON", "SQL", "TestSupport", "CZlib"],
            exclude: ["Fixtures"], swiftSettings: swiftSettings),
        tests("ExactText", [collections]),
        tests("HTTPServer", ["EventLoops", "System", "TestSupport", nio, nioEmbedded, nioPosix, nioSSL]),
        tests("JSON", ["ExactText"]),
        tests("Leases", ["JSON", "Redis", "TestSupport", nio, nioPosix]),
        tests("ModelArchive", ["ExactText", "JSON", "RasaCompatibility", "System", "Tensors", "CZlib", collections]),
        tests(
            "ModelSources",
            [
                "AWS", "Encodings", "JSON", "Settings", "TestSupport", "WebClient", "YAML", "COpenSSL", nio, nioPosix,
            ]),
        tests("Offloading"),
        tests(
            "Policies",
            [
                "Dialogue", "ExactText", "JSON", "ModelArchive", "PythonSemantics", "Tensors", "TestSupport",
                collections,
            ], exclude: ["Fixtures"]),
        tests("Prefork", ["System", "Training"]),
        tests("PythonSemantics", ["Encodings"]),
        tests("Redis", ["TestSupport", "CHiredis", nio, nioPosix]),
        tests("SQL", ["TestSupport"]),
        tests("Settings", ["ExactText", "TestSupport", "YAML", collections]),
        tests(
            "Stores",
            [
                "AWS", "BSON", "Dialogue", "ExactText", "JSON", "Redis", "SQL", "TestSupport", collections, nio,
                nioPosix, nioSSL,
            ]),
        tests("System", ["HTTPServer"]),
        tests("Tensors", ["JSON", "System", "TestSupport", "CKernels"], resources: [.copy("Fixtures")]),
        tests(
            "Training",
            [
                "Evaluation", "ExactText", "JSON", "ModelArchive", "Settings", "System", "Understanding", "YAML",
                collections,
            ], exclude: ["Fixtures"]),
        tests(
            "Understanding",
            [
                "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "System", "TestSupport",
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "Walks", dependencies: ["parley", "JSON", "SQL", "TestSupport", "CZlib"],
            exclude: ["Assistants", "Fixtures", "action_server.py", "record.py"], swiftSettings: swiftSettings),
        tests("WebClient", ["JSON", "TestSupport", "CZlib", nio, nioPosix]),
        tests("WebTokens", ["JSON", "System"], exclude: ["Fixtures"]),
        tests("YAML", ["ExactText", "JSON", "System", "TestSupport", collections], exclude: ["Fixtures"]),
        tests("parley", ["HTTPServer", "JSON", "Prefork", "System", "TestSupport", arguments]),
    ]
)
