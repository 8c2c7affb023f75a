// SPDX-License-Identifier: Apache-2.0
// column_adder: the sum of rows of bits by as few adders as there can be. A column of n bits, carries of the column
// below among them, takes n / 2 adders, a full adder or of its last two bits a half, each of which leaves one bit in
// it and one in the next: so there is no adder of words at the end, and no bit that is always 0 has a place. Bits are
// added in the order of rows, then carries and sums as they come.

`default_nettype none

module column_adder #(
    parameter W_ROW = 8,    // bits from one row to the next
    parameter W_SUM = 8,    // columns, at most W_ROW, each with a bit in some row
    parameter ROWS  = 2,
    parameter CARRIES = 1,  // that leave the highest column
    parameter [ROWS*W_ROW-1:0] USED = {ROWS*W_ROW{1'b1}}   // bits of rows that may be 1; so many that as many carries leave
) (
    input  wire [ROWS*W_ROW-1:0] rows,    // row r from r*W_ROW
    output wire [W_SUM-1:0]      sum,
    output wire [CARRIES-1:0]    carry
);

wire unused = &{1'b0, rows};   // bits above the columns

// Rows before one that have a bit in a column; of all rows, how many have.
function integer used_before(input integer row, input integer column);
    integer r;
    begin
        used_before = 0;
        for (r = 0; r < row; r = r + 1)
            if (USED[r*W_ROW+column])
                used_before = used_before + 1;
    end
endfunction

// Carries that enter a column.
function integer carries_into(input integer column);
    integer c;
    begin
        carries_into = 0;
        for (c = 0; c < column; c = c + 1)
            carries_into = (carries_into + used_before(ROWS, c)) / 2;
    end
endfunction

generate if (carries_into(W_SUM) != CARRIES) begin : check_carries
    error_CARRIES_must_be_as_many_as_USED_lets_leave stop ();
end endgenerate

genvar k, i;
generate for (k = 0; k < W_SUM; k = k + 1) begin : gen_column
    localparam OWN     = used_before(ROWS, k);
    localparam IN      = carries_into(k);
    localparam BITS    = OWN + IN;
    localparam ADDERS  = BITS / 2;

    wire start [0:BITS-1];   // the column's own bits, then carries
    wire carry_out [0:ADDERS];

    for (i = 0; i < ROWS; i = i + 1) begin : gen_row
        if (USED[i*W_ROW+k]) begin : gen_used
            assign start[used_before(i, k)] = rows[i*W_ROW+k];
        end
    end
    for (i = 0; i < IN; i = i + 1) begin : gen_carry
        assign start[OWN+i] = gen_column[k-1].carry_out[i];
    end
    // An adder takes the three bits next in turn, of those at the start and then of what adders leave.
    for (i = 0; i < ADDERS; i = i + 1) begin : gen_adder
        wire a, b, c, left;

        if (3 * i < BITS) begin : gen_a
            assign a = start[3*i];
        end else begin : gen_a
            assign a = gen_adder[3*i-BITS].left;
        end
        if (3 * i + 1 < BITS) begin : gen_b
            assign b = start[3*i+1];
        end else begin : gen_b
            assign b = gen_adder[3*i+1-BITS].left;
        end
        if (3 * i + 2 < BITS) begin : gen_c
            assign c = start[3*i+2];
        end else if (3 * i + 2 < BITS + i) begin : gen_c
            assign c = gen_adder[3*i+2-BITS].left;
        end else begin : gen_c
            assign c = 1'b0;
        end
        full_adder adder_u (
            .a     (a),
            .b     (b),
            .c     (c),
            .sum   (left),
            .carry (carry_out[i])
        );
    end
    assign carry_out[ADDERS] = 1'b0;   // so that there is one where nothing is added
    if (ADDERS == 0) begin : gen_alone
        assign sum[k] = start[0];
    end else begin : gen_added
        assign sum[k] = gen_adder[ADDERS-1].left;
    end
end endgenerate

generate for (i = 0; i < CARRIES; i = i + 1) begin : gen_leaving
    assign carry[i] = gen_column[W_SUM-1].carry_out[i];
end endgenerate

endmodule

`default_nettype wire
