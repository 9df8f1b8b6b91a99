import YAML

/// A table of DynamoDB that keeps conversations (`type: dynamo`). Credentials and another server's address come from
/// the environment, as boto3 reads it.
package struct DynamoSettings: Sendable, Hashable {
    /// The table's name.
    package var table = "states"
    /// The region that the table is in.
    package var region = "us-east-1"

    static let keys = ["type", "store_type", "table_name", "region"]

    /// Reads a section whose type is `dynamo`.
    init(_ section: Section) throws(SourceError) {
        table = try section.text("table_name") ?? table
        region = try section.text("region") ?? region
    }
}
