// SPDX-License-Identifier: Apache-2.0
// adder_array: ROWS x COLUMNS processing elements and the wires between them.
//
// Output-stationary. Row r works on activations that enter on the left and move
// right, column c on weights that enter at the top and move down, one cell a
// clock. The caller skews both: lane i enters i clocks after lane 0. So cell
// (r, c) sees a tap r + c clocks after cell (0, 0) does.
//
// Sums leave on the right. When a tile's last tap has reached column COLUMNS-1
// of a row, the row's sums move right for COLUMNS clocks, highest column first,
// under the next tile. Two tiles' last taps must be at least COLUMNS clocks
// apart; row r's sums appear r clocks after row 0's.
//
// The pipes of a row are one packed vector each, lane c at [c*W +: W]: the same
// registers as one per cell, and two to three times faster to simulate.

`default_nettype none

module adder_array #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter W_ACC   = 18
) (
    input  wire                      clk,
    input  wire                      rst,          // forgets taps and sums on their way

    input  wire                      valid,        // with row 0's activation: a tap is there
    input  wire                      first,        // first tap of a tile
    input  wire                      last,         // last tap of a tile
    input  wire [ROWS-1:0]           row_used,     // rows not in use hold still; constant while taps move
    input  wire [COLUMNS-1:0]        column_used,  // skewed like w; columns not in use hold still
    input  wire [ROWS*W_DATA-1:0]    x,            // skewed activations
    input  wire [COLUMNS*W_DATA-1:0] w,            // skewed weights

    output wire                      sums_valid,   // row 0's sum leaves
    output wire [$clog2(COLUMNS+1)-1:0] sums_column,  // the column it was summed in
    output wire [ROWS*W_ACC-1:0]     sums          // rightmost sums, row r delayed by r
);

localparam W_INDEX = $clog2(COLUMNS + 1);

generate
    if (ROWS < 1 || ROWS > 64) begin : check_rows
        error_ROWS_must_be_from_1_to_64 stop ();
    end
    if (COLUMNS < 1 || COLUMNS > 64) begin : check_columns
        error_COLUMNS_must_be_from_1_to_64 stop ();
    end
endgenerate

// Flags of row r, bit c beside cell (r, c)'s activation; weights above row r.
wire [COLUMNS-1:0]        row_valid  [0:ROWS-1];
wire [COLUMNS-1:0]        row_first  [0:ROWS-1];
wire [COLUMNS-1:0]        row_last   [0:ROWS-1];
wire [COLUMNS*W_DATA-1:0] row_x      [0:ROWS-1];
wire [COLUMNS*W_DATA-1:0] row_w      [0:ROWS-1];
wire [COLUMNS-1:0]        row_w_used [0:ROWS-1];
wire [COLUMNS-1:0]        row_shift  [0:ROWS-1];

// ---------------------------------------------------------------------------
// Row 0 counts its sums out; the rows below do the same, each a clock later.
// Column c takes a sum from the left c times, no more: column 0 may hold the
// next tile's already.

reg [W_INDEX-1:0] left;    // sums of row 0 still to leave
reg [COLUMNS-1:0] moving;  // columns that take the left neighbour's sum

always @(posedge clk) begin
    if (row_valid[0][COLUMNS-1] & row_last[0][COLUMNS-1]) begin
        left   <= COLUMNS[W_INDEX-1:0];
        moving <= {COLUMNS{1'b1}} << 1;
    end else begin
        if (sums_valid)
            left <= left - 1'b1;
        moving <= moving << 1;
    end
    if (rst)
        left <= {W_INDEX{1'b0}};
end

assign sums_valid   = left != {W_INDEX{1'b0}};
assign sums_column  = left - 1'b1;
assign row_shift[0] = moving;

// ---------------------------------------------------------------------------
// Pipes

assign row_w[0]      = w;
assign row_w_used[0] = column_used;

genvar r, c;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    wire flag_valid, flag_first, flag_last;   // entering this row

    if (r == 0) begin : gen_top
        assign flag_valid = valid;
        assign flag_first = first;
        assign flag_last  = last;
    end else begin : gen_below
        reg                      valid_q, first_q, last_q;
        reg [COLUMNS-1:0]        shift_q;
        reg [COLUMNS*W_DATA-1:0] w_q;
        reg [COLUMNS-1:0]        w_used_q;

        always @(posedge clk) begin
            valid_q  <= gen_row[r-1].flag_valid & ~rst;
            first_q  <= gen_row[r-1].flag_first;
            last_q   <= gen_row[r-1].flag_last;
            shift_q  <= row_shift[r-1];
            w_q      <= row_w[r-1];
            w_used_q <= row_w_used[r-1];
        end

        assign flag_valid    = valid_q;
        assign flag_first    = first_q;
        assign flag_last     = last_q;
        assign row_shift[r]  = shift_q;
        assign row_w[r]      = w_q;
        assign row_w_used[r] = w_used_q;
    end

    if (COLUMNS == 1) begin : gen_narrow
        assign row_valid[r] = flag_valid;
        assign row_first[r] = flag_first;
        assign row_last[r]  = flag_last;
        assign row_x[r]     = x[r*W_DATA +: W_DATA];
    end else begin : gen_pipe
        reg [COLUMNS-2:0]            valid_q, first_q, last_q;
        reg [(COLUMNS-1)*W_DATA-1:0] x_q;

        always @(posedge clk) begin
            valid_q <= row_valid[r][COLUMNS-2:0] & {COLUMNS-1{~rst}};
            first_q <= row_first[r][COLUMNS-2:0];
            last_q  <= row_last[r][COLUMNS-2:0];
            x_q     <= row_x[r][(COLUMNS-1)*W_DATA-1:0];
        end

        assign row_valid[r] = {valid_q, flag_valid};
        assign row_first[r] = {first_q, flag_first};
        assign row_last[r]  = {last_q, flag_last};
        assign row_x[r]     = {x_q, x[r*W_DATA +: W_DATA]};
    end

    // -----------------------------------------------------------------------
    // Cells

    wire [COLUMNS-1:0] cell_valid = row_valid[r] & row_w_used[r] & {COLUMNS{row_used[r]}};
    wire [W_ACC-1:0]   sum [0:COLUMNS];   // sum[c] enters cell c from the left

    assign sum[0] = {W_ACC{1'b0}};
    assign sums[r*W_ACC +: W_ACC] = sum[COLUMNS];

    for (c = 0; c < COLUMNS; c = c + 1) begin : gen_cell
        adder_pe #(.W_DATA(W_DATA), .W_ACC(W_ACC)) pe_u (
            .clk     (clk),
            .valid   (cell_valid[c]),
            .first   (row_first[r][c]),
            .last    (row_last[r][c]),
            .shift   (row_shift[r][c]),
            .x       (row_x[r][c*W_DATA +: W_DATA]),
            .w       (row_w[r][c*W_DATA +: W_DATA]),
            .sum_in  (sum[c]),
            .sum_out (sum[c+1])
        );
    end
end endgenerate

endmodule

`default_nettype wire
