// SPDX-License-Identifier: Apache-2.0
// adder_array: ROWS x COLUMNS processing elements and the wires between them.
//
// Output-stationary. Row r works on activations that enter on the left and move
// right, column c on weights that enter at the top and move down, REACH cells a
// clock: between blocks of REACH x REACH cells, counted from the top left, are
// registers, within one only wires. The caller skews both: lane i enters i / REACH
// clocks (rounded down, like all that follow) after lane 0. So cell (r, c) sees a
// tap r / REACH + c / REACH clocks after cell (0, 0) does.
//
// Sums leave on the right. When a tile's last tap has reached column COLUMNS-1
// of a row, the row's sums move right for COLUMNS clocks, highest column first,
// under the next tile. Two tiles' last taps must be at least COLUMNS clocks
// apart; row r's sums appear r / REACH clocks after row 0's. With SERIAL they move
// one column in ROWS clocks, so that only one row's sum has to be taken in a clock:
// row r's in clock r of a column. Tiles are ROWS * COLUMNS clocks apart then.
//
// With TAPS above 1 so many taps enter in a clock, side by side, and each cell adds
// them all to its sum; one that is none has 0 for x and is not used.
//
// Vectors of columns, of their blocks and of diagonals of blocks are in the order
// of adder_row's lanes: the highest column, and what is oldest, in the low bits.

`default_nettype none

module adder_array #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter CELL    = 0,   // 0: sums of |x - w|; 1: of min(x, w); 2: of x w; see adder_row
    parameter SERIAL  = 0,   // 1: a column's sums leave one row a clock
    parameter REACH   = 1,   // cells that an operand reaches in a clock, to the right or down; at most the larger of ROWS and COLUMNS
    parameter TAPS    = 1    // that a cell takes in a clock: 1, 2 or 4
) (
    input  wire                      clk,
    input  wire                      rst,          // forgets taps and sums on their way

    input  wire                      valid,        // with row 0's activations: a clock's taps are there
    input  wire                      first,        // a tile's first are
    input  wire                      last,         // a tile's last are
    input  wire                      plain,        // with CELL 1: sums of minima leave as they are; constant
    input  wire [ROWS-1:0]           row_used,     // rows not in use add nothing; constant while taps move
    input  wire [COLUMNS*TAPS-1:0]   column_used,  // skewed like w: the tap counts for the column's filter
    input  wire [ROWS*TAPS*W_DATA-1:0]    x,       // skewed activations; a row's taps side by side
    input  wire [COLUMNS*TAPS*W_DATA-1:0] w,       // skewed weights, likewise

    output wire                      sums_valid,   // row 0's sum leaves; with SERIAL, row sums_row's
    output wire [$clog2(COLUMNS+1)-1:0] sums_column,  // the column it was summed in
    output wire [$clog2(ROWS+1)-1:0] sums_row,     // 0 without SERIAL
    output wire [ROWS*W_ACC-1:0]     sums          // rightmost sums, row r delayed by r / REACH; with SERIAL not
);

localparam W_INDEX   = $clog2(COLUMNS + 1);
localparam W_COUNT   = $clog2(ROWS + 1);
localparam LAST_ROW  = SERIAL != 0 ? ROWS - 1 : 0;   // of those that take turns
localparam W_LANE    = 32;
localparam W_CELL    = W_ACC - (CELL == 1 ? 1 : 0);   // bits in a cell's sum
localparam W_ROW     = TAPS * COLUMNS * W_LANE;
localparam DOWN      = (ROWS + REACH - 1) / REACH;      // blocks
localparam ACROSS    = (COLUMNS + REACH - 1) / REACH;
localparam DIAGONALS = DOWN + ACROSS - 1;   // of blocks; cells of one see a tap in the same clock
localparam TURNS     = SERIAL != 0 && ROWS > 1 && REACH > 1 ? 1 : 0;   // a row's sum is there before its turn

generate
    if (ROWS < 1 || ROWS > 64) begin : check_rows
        error_ROWS_must_be_from_1_to_64 stop ();
    end
    if (COLUMNS < 1 || COLUMNS > 64) begin : check_columns
        error_COLUMNS_must_be_from_1_to_64 stop ();
    end
    if (REACH < 1 || (REACH > ROWS && REACH > COLUMNS)) begin : check_reach
        error_REACH_must_be_from_1_to_the_larger_of_ROWS_and_COLUMNS stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Flags of taps, shared by a diagonal's cells: index DIAGONALS - d is what
// entered d clocks ago. `keep` is spread over a lane, as adder_row wants it.

reg  [DIAGONALS-1:0]            valid_q, last_q;
reg  [DIAGONALS*W_LANE-1:0]     keep_q;
wire [DIAGONALS:0]              valid_at = {valid, valid_q};
wire [DIAGONALS:0]              last_at  = {valid & last, last_q};
wire [(DIAGONALS+1)*W_LANE-1:0] keep_at  = {{W_LANE-W_CELL{1'b0}}, {W_CELL{~(valid & first)}}, keep_q};

always @(posedge clk) begin
    valid_q <= valid_at[DIAGONALS:1] & {DIAGONALS{~rst}};
    last_q  <= last_at[DIAGONALS:1] & {DIAGONALS{~rst}};
    keep_q  <= keep_at[(DIAGONALS+1)*W_LANE-1:W_LANE];
end

wire unused = &{1'b0, valid_at[0], keep_at[W_LANE-1:0]};

// ---------------------------------------------------------------------------
// Row 0 counts its sums out; the rows below do the same, each block of them a
// clock later.
// Column c takes a sum from the left c times, no more: column 0 may hold the
// next tile's already.

reg [W_INDEX-1:0] left;    // columns whose sums are still to leave
reg [COLUMNS-1:0] moving;  // columns that take the left neighbour's sum
reg [W_COUNT-1:0] row;     // whose turn it is

wire row_last = row == LAST_ROW[W_COUNT-1:0];

always @(posedge clk) begin
    if (last_at[DOWN]) begin
        left   <= COLUMNS[W_INDEX-1:0];
        moving <= {COLUMNS{1'b1}} >> 1;
        row    <= {W_COUNT{1'b0}};
    end else begin
        if (sums_valid & row_last)
            left <= left - 1'b1;
        if (row_last)
            moving <= moving >> 1;
        row <= row_last ? {W_COUNT{1'b0}} : row + 1'b1;
    end
    if (rst) begin
        left <= {W_INDEX{1'b0}};
        row  <= {W_COUNT{1'b0}};
    end
    // Else what it powers up as has left a column by itself before a first tile can end there.
    if (rst & (REACH > 1 | SERIAL != 0))
        moving <= {COLUMNS{1'b0}};
end

assign sums_valid  = left != {W_INDEX{1'b0}};
assign sums_column = left - 1'b1;
assign sums_row    = row;

// ---------------------------------------------------------------------------
// Rows. What comes from above was the block above's a clock ago.

genvar r, c, t;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    wire               leaving;
    wire [COLUMNS-1:0] move;
    wire [W_ROW-1:0]   row_w;

    localparam BLOCK = r / REACH;

    if (r == 0) begin : gen_top
        assign leaving = |{last_at[DOWN-1 +: ACROSS], move};
        assign move    = moving & {COLUMNS{row_last}};
        for (c = 0; c < COLUMNS; c = c + 1) begin : gen_column
            for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
                wire tap_used = column_used[c*TAPS+t] & valid_at[DIAGONALS - c / REACH];
                wire [W_DATA-1:0] code = w[(c*TAPS+t)*W_DATA +: W_DATA];
                assign row_w[(t*COLUMNS+COLUMNS-1-c)*W_LANE +: W_LANE] = CELL == 0
                    ? {{W_LANE-2*W_DATA{1'b0}}, {W_DATA{tap_used}}, code}
                    : {{W_LANE-W_DATA{1'b0}}, code & {W_DATA{tap_used}}};
            end
        end
    end else if (r % REACH != 0) begin : gen_within
        assign leaving = gen_row[r-1].leaving;
        assign move    = gen_row[r-1].move;
        assign row_w   = gen_row[r-1].row_w;
    end else begin : gen_below
        reg               leaving_q;
        reg [COLUMNS-1:0] move_q;
        reg [W_ROW-1:0]   w_q;

        always @(posedge clk) begin
            leaving_q <= gen_row[r-1].leaving;
            move_q    <= gen_row[r-1].move;
            w_q       <= gen_row[r-1].row_w;
        end

        assign leaving = leaving_q;
        assign move    = move_q;
        assign row_w   = w_q;
    end

    adder_row #(
        .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL), .REACH(REACH), .TAPS(TAPS), .TURNS(TURNS), .W_LANE(W_LANE)
    ) row_u (
        .clk     (clk),
        .used    (row_used[r]),
        .plain   (plain),
        .valid   (valid_at[DOWN-BLOCK]),
        .x       (x[r*TAPS*W_DATA +: TAPS*W_DATA]),
        .w       (row_w),
        .keep    (keep_at[(DOWN-BLOCK)*W_LANE +: ACROSS*W_LANE]),
        .leaving (leaving & row_used[r]),
        .load    (last_at[DOWN-1-BLOCK +: ACROSS]),
        .move    (move),
        .sum     (sums[r*W_ACC +: W_ACC])
    );
end endgenerate

endmodule

`default_nettype wire
