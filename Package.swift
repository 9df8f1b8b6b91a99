// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioLocks: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
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

/// For the load generator only.
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")

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
    products: [
        .executable(name: "parley", targets: ["parley"]),
        // For development: `swift build --product parley` does not build it.
        .executable(name: "loadtest", targets: ["LoadTest"]),
    ],
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
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
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
        module("Redis", ["Cryptography", "Encodings", "ExactText", "System", "CHiredis", nio, nioPosix, nioSSL]),
        module("Leases", ["ExactText", "JSON", "Redis", "System", nio]),
        module("RasaCompatibility", ["ExactText", "JSON"]),
        module("Offloading", ["CParleySystem"]),
        module("Tensors", ["Offloading", "System", "CKernels"]),
        module("Networks", ["Tensors", "CKernels"]),
        module("Pickles", ["ExactText", "JSON", "CZlib"]),
        module(
            "ModelArchive",
            ["ExactText", "JSON", "Pickles", "RasaCompatibility", "System", "Tensors", "CZlib", collections]),
        module(
            "TextFeatures",
            [
                "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "PythonSemantics", "System", "Tensors",
                "CPCRE2", collections,
            ]),
        module("ConditionalRandomField", ["ExactText", "JSON", "TextFeatures"]),
        module(
            "NLU",
            [
                "ConditionalRandomField", "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "Pickles",
                "PythonSemantics", "Tensors", "TextFeatures", collections, logging,
            ]),
        module(
            "Policies",
            [
                "Dialogue", "Encodings", "ExactText", "JSON", "ModelArchive", "Offloading", "PythonSemantics", "System",
                "Tensors", "TextFeatures", "CZlib", collections,
            ]),
        module("YAML", ["ExactText", "JSON", "System", "CLibYAML", collections]),
        module(
            "SQL",
            [
                "System", optional("CMariaDB", trait: "MySQL"), optional("CPostgreSQL", trait: "PostgreSQL"), "CSQLite",
                logging, nioPosix,
            ]),
        module(
            "Brokers",
            [
                "Cryptography", "Encodings", "ExactText", "SQL", "System", "CParleySystem",
                optional("CRDKafka", trait: "Kafka"), optional("CRabbitMQ", trait: "RabbitMQ"), "CZlib", logging,
            ]),
        module(
            "WebClient",
            [
                "Cryptography", "Encodings", "ExactText", "JSON", "System", "CZlib", collections, httpClient, nio,
                nioHTTP1, nioPosix, nioSSL,
            ]),
        module(
            "Settings",
            ["Brokers", "Cryptography", "Encodings", "ExactText", "System", "WebClient", "YAML", collections]),
        module("AWS", ["Cryptography", "Encodings", "ExactText", "JSON", "System", "WebClient", nio]),
        module(
            "Stores",
            [
                "AWS", "Cryptography", "Dialogue", "Encodings", "ExactText", "JSON", "Offloading", "Redis", "SQL",
                "System", optional("CMongoC", trait: "MongoDB"), logging, nioPosix,
            ]),
        module(
            "Assistant",
            [
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "NLU", "Offloading", "Policies",
                "PythonSemantics", "Stores", "System", "TextFeatures", collections, logging,
            ]),
        module("EventLoops", [nio, nioPosix]),
        module(
            "HTTPServer",
            [
                "Cryptography", "Encodings", "EventLoops", "ExactText", "JSON", "RasaCompatibility", "System", logging,
                nio, nioHTTP1, nioPosix, nioSSL, nioTLS,
            ]),
        module(
            "WebTokens", ["Cryptography", "Encodings", "ExactText", "JSON", "PythonSemantics", "System", "COpenSSL"]),
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
                "Leases", "ModelArchive", "Offloading", "PythonSemantics", "RasaCompatibility", "Stores", "System",
                "WebTokens", "YAML", collections, logging, nio,
            ]),
        module(
            "Training",
            [
                "ConditionalRandomField", "Cryptography", "Dialogue", "Encodings", "ExactText", "JSON", "ModelArchive",
                "NLU", "Networks", "Policies",
                "PythonSemantics", "RasaCompatibility", "System", "Tensors", "TextFeatures", "YAML", "CZlib",
                collections,
            ]),
        module(
            "Evaluation",
            [
                "Dialogue", "ExactText", "JSON", "ModelArchive", "NLU", "Policies", "System", "TextFeatures",
                "Training", "YAML", "CZlib", collections,
            ]),
        module(
            "ModelSources",
            ["AWS", "Cryptography", "Encodings", "ExactText", "JSON", "System", "WebClient", "COpenSSL", nio]),
        module(
            "Outbound",
            [
                "Assistant", "Cryptography", "Dialogue", "ExactText", "JSON", "NLU", "Offloading", "PythonSemantics",
                "RasaCompatibility", "WebClient", logging, nio,
            ]),
        module("Prefork", ["System", "CParleySystem", logging]),
        module(
            "SocketIO",
            [
                "Assistant", "Channels", "Cryptography", "Dialogue", "Encodings", "ExactText", "HTTPServer", "JSON",
                "PythonSemantics", "Redis", "System", "WebTokens", logging, nio, nioWebSocket,
            ]),
        module(
            "Server",
            [
                "API", "AWS", "Assistant", "Brokers", "Channels", "Cryptography", "Dialogue", "Encodings", "EventLoops",
                "ExactText", "HTTPServer", "JSON", "Leases", "ModelArchive", "ModelSources", "NLU", "Offloading",
                "Outbound", "Prefork", "Redis", "SQL", "Settings", "SocketIO", "Stores", "System", "WebClient",
                "WebTokens", "YAML", "CParleySystem", logging, nio, nioLocks, nioPosix,
            ]),
        module(
            "Operations",
            [
                "Assistant", "Brokers", "Channels", "Dialogue", "Encodings", "Evaluation", "EventLoops", "ExactText",
                "HTTPServer", "JSON", "Leases", "ModelArchive", "ModelSources", "NLU", "Networks", "Outbound",
                "Prefork", "PythonSemantics", "RasaCompatibility", "Server", "Settings", "Stores", "System", "Training",
                "WebClient", "YAML", "CParleySystem",
                httpClient, logging, nio, nioHTTP1, nioPosix, nioSSL,
            ]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "Channels", "Evaluation", "ExactText", "HTTPServer", "Operations", "Prefork", "RasaCompatibility",
                "Server", "Settings", "System", "Training", "CParleySystem", arguments, logging,
            ], exclude: ["BuildInformation"], swiftSettings: swiftSettings, plugins: ["BuildInformation"]),
        .plugin(name: "BuildInformation", capability: .buildTool(), path: "Sources/parley/BuildInformation"),

        .executableTarget(
            name: "LoadTest", dependencies: [arguments, histogram, nio, nioHTTP1, nioPosix, nioWebSocket],
            path: "deploy/loadtest/generator", swiftSettings: swiftSettings),

        // What tests share, and the tests; `Tests/<name>Tests` mirrors `Sources/<name>`.
        .target(
            name: "TestSupport",
            dependencies: [
                "ExactText", "JSON", "System", "YAML", "COpenSSL", optional("CRDKafka", trait: "Kafka"),
                optional("CRabbitMQ", trait: "RabbitMQ"), collections,
            ], path: "Tests/Support", swiftSettings: swiftSettings),
        .target(
            name: "ConversationSupport",
            dependencies: ["Assistant", "Channels", "Dialogue", "HTTPServer", "JSON", "Offloading"],
            path: "Tests/ConversationSupport", swiftSettings: swiftSettings),
        .target(
            name: "EndToEndSupport", dependencies: ["JSON", "SQL", "TestSupport"], path: "Tests/EndToEndSupport",
            swiftSettings: swiftSettings),
        tests(
            "API",
            [
                "Assistant", "Channels", "ConversationSupport", "ExactText", "HTTPServer", "JSON", "Leases",
                "ModelArchive", "Stores", "TestSupport", "WebTokens", nio,
            ]),
        tests("AWS", ["System", "TestSupport", "WebClient", nioPosix]),
        tests(
            "Assistant",
            [
                "Dialogue", "ExactText", "JSON", "Leases", "ModelArchive", "Offloading", "Policies", "Stores", "System",
                "TestSupport", collections, logging,
            ], exclude: ["Fixtures"]),
        tests(
            "Brokers",
            ["Cryptography", "SQL", "Settings", "System", "TestSupport", "YAML", logging, nio, nioPosix, nioSSL]),
        tests(
            "Channels",
            [
                "Assistant", "ConversationSupport", "Cryptography", "Dialogue", "Encodings", "EventLoops", "ExactText",
                "HTTPServer", "JSON", "Redis", "Settings", "SocketIO", "System", "TestSupport", "WebClient",
                "WebTokens", "YAML", nio, nioPosix,
            ]),
        tests("ConditionalRandomField", ["JSON", "TestSupport", "TextFeatures"]),
        tests("Cryptography", ["Encodings"]),
        tests(
            "Dialogue", ["ExactText", "JSON", "PythonSemantics", "System", "TestSupport", collections],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "Differential", dependencies: ["parley", "EndToEndSupport", "JSON", "TestSupport", "CZlib"],
            exclude: [
                "Assistants", "Fixtures", "Older/Assistants", "Older/Fixtures", "action_server.py", "record.py",
                "Older/record.py",
            ], swiftSettings: swiftSettings),
        .testTarget(name: "Documents", swiftSettings: swiftSettings),
        tests("Encodings"),
        .testTarget(
            name: "EndToEnd",
            dependencies: ["parley", "LoadTest", "EndToEndSupport", "ExactText", "JSON", "TestSupport", "CZlib"],
            exclude: ["Fixtures"], swiftSettings: swiftSettings),
        tests("ExactText", [collections]),
        tests(
            "HTTPServer",
            [
                "Cryptography", "EventLoops", "ExactText", "JSON", "System", "TestSupport", nio, nioEmbedded, nioPosix,
                nioSSL,
            ]),
        tests("JSON", ["ExactText"]),
        tests("Leases", ["JSON", "Redis", "TestSupport", nio, nioPosix]),
        tests("LoadTest", [nio]),
        tests(
            "ModelArchive",
            ["ExactText", "JSON", "RasaCompatibility", "System", "Tensors", "TestSupport", "CZlib", collections]),
        tests(
            "ModelSources",
            [
                "AWS", "Encodings", "JSON", "Settings", "System", "TestSupport", "WebClient", "YAML", "COpenSSL", nio,
                nioPosix,
            ]),
        tests(
            "NLU",
            [
                "ConditionalRandomField", "ExactText", "JSON", "ModelArchive", "Offloading", "TestSupport",
                "TextFeatures",
            ], exclude: ["Fixtures"]),
        tests("Networks", ["JSON", "Tensors", "TestSupport", "CKernels"], exclude: ["Fixtures"]),
        tests("Offloading"),
        tests(
            "Operations",
            [
                "Dialogue", "ExactText", "JSON", "Prefork", "Server", "System", "TestSupport", "Training", "WebClient",
                "YAML", nio,
            ]),
        tests("Outbound", ["Assistant", "Cryptography", "JSON", "TestSupport", "WebClient", collections, nioPosix]),
        tests(
            "Policies",
            [
                "Dialogue", "ExactText", "JSON", "ModelArchive", "PythonSemantics", "Tensors", "TestSupport",
                collections,
            ], exclude: ["Fixtures"]),
        tests("Pickles", ["ExactText", "JSON", "TestSupport", "CZlib"], exclude: ["Fixtures"]),
        tests("Prefork", ["System", "TestSupport", "Training"]),
        tests("PythonSemantics", ["Encodings"]),
        tests("Redis", ["TestSupport", "CHiredis", nio, nioPosix]),
        tests("SQL", ["TestSupport"]),
        tests(
            "Server",
            [
                "Brokers", "Cryptography", "EventLoops", "HTTPServer", "JSON", "Prefork", "Settings", "System",
                "TestSupport", "YAML", logging, nioPosix,
            ]),
        tests(
            "Settings",
            ["Brokers", "Cryptography", "ExactText", "System", "TestSupport", "WebClient", "YAML", collections]),
        tests("SocketIO", ["Encodings", "JSON", logging, nio, nioEmbedded]),
        tests(
            "Stores",
            [
                "AWS", "Dialogue", "JSON", "Redis", "SQL", "System", "TestSupport",
                optional("CMongoC", trait: "MongoDB"), nio, nioPosix, nioSSL,
            ]),
        tests("System", ["TestSupport"]),
        tests("Tensors", ["JSON", "TestSupport", "CKernels"], resources: [.copy("Fixtures")]),
        tests("TextFeatures", ["Encodings", "ExactText", "JSON", "TestSupport"], exclude: ["Fixtures"]),
        tests(
            "Training",
            [
                "Dialogue", "Evaluation", "ExactText", "JSON", "ModelArchive", "NLU", "Networks", "System", "Tensors",
                "TestSupport", "TextFeatures", "YAML", collections,
            ], exclude: ["Fixtures"]),
        tests("WebClient", ["Cryptography", "ExactText", "JSON", "TestSupport", "CZlib", collections, nio, nioPosix]),
        tests("WebTokens", ["JSON", "System", "TestSupport"], exclude: ["Fixtures"]),
        tests("YAML", ["ExactText", "JSON", "System", "TestSupport", collections], exclude: ["Fixtures"]),
        tests("parley", ["HTTPServer", "JSON", "Operations", "Prefork", "Server", "System", arguments]),
    ]
)
