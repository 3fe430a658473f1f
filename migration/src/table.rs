//! The words in which the migrations describe tables: columns, keys and indexes.
//! How they are written for a database is in `sql`.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whole number of 16 bits.
    Small,
    /// Whole number of 32 bits.
    Integer,
    /// Whole number of 64 bits.
    Big,
    /// Text of at most so many characters.
    Text(u32),
    /// A moment without time zone, in whole seconds.
    Time,
    /// Bytes or long text: LONGBLOB on MariaDB, TEXT on PostgreSQL, as OTOBO has it.
    Blob,
    /// Decimal number: digits in all, digits after the point.
    Decimal(u32, u32),
}

/// The row of another table that a column points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The other table; its column is always `id`.
    pub(crate) table: &'static str,
    /// True where that table is made after this one, so that the key has to be added later.
    pub(crate) later: bool,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) null: bool,
    pub(crate) auto: bool,
    pub(crate) primary: bool,
    pub(crate) ignore_case: bool,
    pub(crate) default: Option<&'static str>,
    pub(crate) reference: Option<Reference>,
}

impl Column {
    fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            null: false,
            auto: false,
            primary: false,
            ignore_case: false,
            default: None,
            reference: None,
        }
    }

    /// May be NULL; columns are NOT NULL otherwise.
    pub(crate) fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// Is the primary key.
    pub(crate) fn primary(mut self) -> Self {
        self.primary = true;
        self
    }

    /// Compared without case on SQLite too, as MariaDB does by its collation.
    pub(crate) fn ignoring_case(mut self) -> Self {
        self.ignore_case = true;
        self
    }

    /// The value of a row that is written without this column.
    pub(crate) fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// Foreign key to the `id` of a table that exists by then.
    pub(crate) fn references(mut self, table: &'static str) -> Self {
        self.reference = Some(Reference { table, later: false });
        self
    }

    /// Foreign key to the `id` of a table that is made later.
    pub(crate) fn references_later(mut self, table: &'static str) -> Self {
        self.reference = Some(Reference { table, later: true });
        self
    }

    fn counting(mut self) -> Self {
        self.auto = true;
        self.primary()
    }
}

/// The primary key `name`, counted by the database, of 16 bits where the database can
/// (OTOBO: SMALLINT on MariaDB, `serial` on PostgreSQL).
pub(crate) fn small_id(name: &'static str) -> Column {
    Column::new(name, Kind::Small).counting()
}

/// The primary key `name`, counted by the database, of 32 bits.
pub(crate) fn id(name: &'static str) -> Column {
    Column::new(name, Kind::Integer).counting()
}

/// The primary key `name`, counted by the database, of 64 bits.
pub(crate) fn big_id(name: &'static str) -> Column {
    Column::new(name, Kind::Big).counting()
}

/// A whole number of 16 bits; also what OTOBO uses for yes (1) and no (0).
pub(crate) fn small(name: &'static str) -> Column {
    Column::new(name, Kind::Small)
}

/// A whole number of 32 bits.
pub(crate) fn integer(name: &'static str) -> Column {
    Column::new(name, Kind::Integer)
}

/// A whole number of 64 bits.
pub(crate) fn big(name: &'static str) -> Column {
    Column::new(name, Kind::Big)
}

/// Text of at most `length` characters.
pub(crate) fn text(name: &'static str, length: u32) -> Column {
    Column::new(name, Kind::Text(length))
}

/// A moment without time zone.
pub(crate) fn time(name: &'static str) -> Column {
    Column::new(name, Kind::Time)
}

/// Bytes or text of any length.
pub(crate) fn blob(name: &'static str) -> Column {
    Column::new(name, Kind::Blob)
}

/// A decimal number.
pub(crate) fn decimal(name: &'static str, digits: u32, after_point: u32) -> Column {
    Column::new(name, Kind::Decimal(digits, after_point))
}

/// The agent who did something: a foreign key to `users`.
pub(crate) fn by(name: &'static str) -> Column {
    integer(name).references("users")
}

/// The validity of the row: a foreign key to `valid`.
pub(crate) fn validity() -> Column {
    small("valid_id").references("valid")
}

/// A unique key or an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// Columns with commas between. `value_text(150)` takes only the first 150 characters,
    /// which is honoured on MariaDB alone.
    pub(crate) columns: &'static str,
}

/// One table of the layout.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) uniques: Vec<Key>,
    pub(crate) indexes: Vec<Key>,
}

/// A table with these columns, in this order.
pub(crate) fn table<const N: usize>(name: &'static str, columns: [Column; N]) -> Table {
    Table { name, columns: columns.into(), uniques: Vec::new(), indexes: Vec::new() }
}

impl Table {
    /// Adds who made and last changed a row, and when.
    pub(crate) fn stamped(mut self) -> Self {
        self.columns.extend([time("create_time"), by("create_by"), time("change_time"), by("change_by")]);
        self
    }

    /// Adds a unique key.
    pub(crate) fn unique(mut self, name: &'static str, columns: &'static str) -> Self {
        self.uniques.push(Key { name, columns });
        self
    }

    /// Adds an index.
    pub(crate) fn index(mut self, name: &'static str, columns: &'static str) -> Self {
        self.indexes.push(Key { name, columns });
        self
    }
}
