// Reads queries over JDBC, as BI tools in Java do: see test/t/051_bi_drivers.pl for the output.

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

class Read {
	static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

	static String value(ResultSet rows, int i, String type) throws SQLException {
		String text;
		switch (type) {
			case "float8":
				text = String.format("%016x", Double.doubleToRawLongBits(rows.getDouble(i)));
				break;
			case "int8":
				text = Long.toString(rows.getLong(i));
				break;
			case "bool":
				text = rows.getBoolean(i) ? "t" : "f";
				break;
			case "date":
				text = String.valueOf(rows.getDate(i));
				break;
			case "timestamptz":
				Timestamp instant = rows.getTimestamp(i);
				text = instant == null ? null : INSTANT.format(instant.toInstant());
				break;
			default:
				text = rows.getString(i);
		}
		if (rows.wasNull())
			return "\\N";
		return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
	}

	public static void main(String[] arguments) throws Exception {
		BufferedReader queries = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, "UTF-8");
		String url = String.format("jdbc:postgresql://%s:%s/%s", System.getenv("PGHOST"), System.getenv("PGPORT"), System.getenv("PGDATABASE"));
		try (Connection connection = DriverManager.getConnection(url, System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
				Statement statement = connection.createStatement()) {
			for (String line; (line = queries.readLine()) != null; ) {
				ResultSet rows = statement.executeQuery(line.split("\t")[1]);
				ResultSetMetaData columns = rows.getMetaData();
				int n = columns.getColumnCount();
				StringBuilder text = new StringBuilder("# " + line.split("\t")[0] + "\n=");
				for (int i = 1; i <= n; i++)
					text.append(String.format(" %s:%s/%s", columns.getColumnName(i), columns.getColumnTypeName(i), JDBCType.valueOf(columns.getColumnType(i))));
				text.append('\n');
				while (rows.next()) {
					for (int i = 1; i <= n; i++)
						text.append(value(rows, i, columns.getColumnTypeName(i))).append(i < n ? '\t' : '\n');
				}
				out.print(text);
			}
		}
		out.flush();
	}
}
